"""What people decide on, kind by kind: each as a document to read, with its checks and the chain of approvers."""
