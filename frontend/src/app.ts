import "./css/app.css";
