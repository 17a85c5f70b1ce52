"""What vanishes: conversations, frames, waiting, presence. Kept on a RAM file system when there is one."""
