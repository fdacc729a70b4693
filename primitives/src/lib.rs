// SPDX-License-Identifier: Apache-2.0

//! What every part of Ligature agrees on: values, bytes and hashes, but no state.
//!
//! `docs/protocol.md` is the specification; a type carries the limits that it gives, so that a value
//! which exists is in range, and whatever turns bytes into values refuses the rest by a
//! [`Refusal`](refusal::Refusal).
//!
//! | word | meaning |
//! |---|---|
//! | [word](poseidon::Word) | an element of the scalar field of BLS12-381 |
//! | [network](header::Network), [chain](ids::ChainId) | 2 to 4 chains that settle the same blocks |
//! | [owner](ids::Owner), [account](ids::AccountIndex) | a person of L1; one of the person's places on one chain |
//! | [operation](op::Operation) | what a block does, one step after the other |
//! | [half](op::Half) | what one operation does on one chain |
//! | [cell](op::Cell), slot | what a half does to one account; the circuit's unit, which holds one cell |
//! | [public data](pubdata::PublicData) | the halves of a chain and block as bytes |
//! | [register](pubdata::Register) | a pool leaf that a block touches |
//! | [joint log](log::JointLog) | the halves of joint operations, for the join |
//! | [request](priority::PriorityRequest) | what L1 enters, in strict order |
//! | [header](header::Header) | what all chains agree on for a block |
//! | [certificate](vote::Certificate) | the oracles' signatures under one message |
//! | [job](mailbox::Job) | a block that a chain's off-chain worker wants proven |
//!
//! Everything is `no_std`. What the operations do to the state of the chains stands in
//! `ligature-ledger`.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

pub mod amount;
pub mod bytes;
mod checked;
pub mod constants;
pub mod digest;
pub mod header;
pub mod ids;
pub mod keys;
pub mod log;
pub mod mailbox;
mod network;
pub mod op;
pub mod pack;
pub mod pool;
pub mod poseidon;
pub mod priority;
pub mod pubdata;
pub mod refusal;
pub mod scale;
#[cfg(test)]
mod testing;
pub mod vote;
