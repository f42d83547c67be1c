#![doc = include_str!("../README.md")]

pub mod bench;
pub mod checks;
pub mod cli;
pub mod coverage;
#[cfg(feature = "system")]
pub mod demo;
pub mod doctor;
pub mod environment;
pub mod interrupt;
pub mod layout;
pub mod machine;
pub mod services;
#[cfg(feature = "system")]
pub mod system;
pub mod wait;

mod account;
mod apt;
#[cfg(feature = "system")]
mod client;
mod lock;
mod port;
mod process;
mod state;

pub use cli::{Cli, run};
pub use environment::Environment;
pub use interrupt::Interrupt;
pub use layout::{Flavour, Layout};
pub use services::{Services, Wanted};
