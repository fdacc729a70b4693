// SPDX-License-Identifier: Apache-2.0

//! # A second ledger, as naive as can be
//!
//! What Ligature's ledger does, written a second time from `docs/protocol.md` alone: plain maps
//! instead of trees, a copy of everything instead of a careful roll-back, integers without a bound
//! instead of 256-bit arithmetic, slots laid out one by one instead of counted. It shares the
//! vocabulary (ids, operations, refusals), the signature check and Poseidon with the ledger and
//! nothing of its execution, so that what both say is what the text says, or both misread it.
//!
//! - [`state`]: chains, accounts, pools;
//! - [`model`]: a block from its beginning to its end;
//! - [`checks`]: the head, the debit and the credit check of section 7.2;
//! - [`priority`], [`local`], [`joint`]: the operations of sections 7.3, 7.4 and 7.5 to 7.6;
//! - [`formulas`]: the pool's formulas;
//! - [`message`]: what a signature covers;
//! - [`half`], [`wire`]: what an operation leaves on a chain, its slots (section 8) and its bytes of
//!   public data (sections 9.1 and 9.2);
//! - [`cells`]: the words of public data that are hashed (section 9.4).
//!
//! It is slow on purpose. Nothing but tests uses it.

#![deny(missing_docs)]

pub mod cells;
pub mod checks;
pub mod formulas;
pub mod half;
pub mod joint;
pub mod local;
pub mod message;
pub mod model;
pub mod priority;
pub mod state;
pub mod wire;

pub use model::{Block, ChainBlock, Model, Payment, Receipt, Sealed};
