// SPDX-License-Identifier: Apache-2.0

//! # Circuits
//!
//! The statements that Ligature proves.

#![deny(missing_docs)]

pub mod gadgets;
pub mod join;
pub mod r1cs;
#[cfg(test)]
mod testing;
