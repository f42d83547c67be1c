#![doc = include_str!("../README.md")]

pub mod bench;
pub mod checks;
pub mod cli;
pub mod coverage;
pub mod doctor;
pub mod environment;
pub mod interrupt;
pub mod layout;
pub mod machine;
pub mod options;
pub mod services;
pub mod wait;

mod account;
mod all_in_one;
mod apt;
mod lock;
mod port;
mod process;
mod state;

pub use cli::{Cli, run};
pub use environment::Environment;
pub use interrupt::Interrupt;
pub use layout::{Flavour, Layout};
pub use services::{Services, Wanted};
