//! What every process of Sight shares.
