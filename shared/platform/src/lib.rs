//! What every process of Sight shares.

pub mod clock;
pub mod ids;
pub mod model;

pub use clock::Clock;
pub use ids::Ids;
