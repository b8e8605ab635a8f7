"""The last weeks of the demo company, scene by scene: what was asked, decided, done and left lying in inboxes."""
