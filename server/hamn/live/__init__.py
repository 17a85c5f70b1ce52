"""What vanishes: conversations, frames, waiting, presence; on a RAM file system if there is one."""
