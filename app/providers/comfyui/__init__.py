"""Images and videos on the operator's own GPU, by ComfyUI and a workflow file for each model."""
