#![doc = include_str!("../README.md")]

pub mod discussion;
pub mod documents;
pub mod export;
pub mod journey;
pub mod knowledge;
pub mod kpi;
pub mod need;
pub mod persona;
pub mod population;
pub mod project;
pub mod subject;
pub mod survey;
