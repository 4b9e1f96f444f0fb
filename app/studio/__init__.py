"""The owner's pages: Create, Drafts, status, publishing, receipt and records."""
