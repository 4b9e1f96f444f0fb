"""Generated and uploaded files: in the data folder, or in a bucket that speaks S3."""
