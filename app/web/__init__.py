"""What all pages share: answers, headers, protection, limits, errors and paging."""
