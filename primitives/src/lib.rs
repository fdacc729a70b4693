// SPDX-License-Identifier: Apache-2.0

//! What every part of Ligature agrees on.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

pub mod amount;
mod bytes;
pub mod constants;
pub mod digest;
pub mod header;
pub mod ids;
pub mod keys;
pub mod log;
mod network;
pub mod op;
pub mod pack;
pub mod pool;
pub mod poseidon;
pub mod priority;
pub mod pubdata;
pub mod refusal;
mod scale;
pub mod vote;
