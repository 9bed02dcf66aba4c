"""Documents from one content: PDF, DOCX and HTML."""
