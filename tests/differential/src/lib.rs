// SPDX-License-Identifier: Apache-2.0

//! # Random blocks through two ledgers
//!
//! Tests only. A generator writes random stories of blocks over random networks, mostly of valid
//! operations, with every refusal reached on purpose; a runner tells each story to the ledger and to
//! the naive model, and stops at the first thing on which they differ or at the first invariant of
//! `docs/protocol.md` that does not hold.
//!
//! - [`world`]: the people, keys, tokens and pools of a story;
//! - [`story`]: a network and its blocks, written down; how to make a failing one smaller;
//! - [`generate`]: stories from a seed;
//! - [`spoil`]: operations that are wrong in one way;
//! - [`run`]: the story told to both ledgers, compared after every operation and every block;
//! - [`audit`]: what must hold in any state: solvency, shares, reserves;
//! - [`join`]: the relation of section 10.2 over the logs that a block left;
//! - [`roots`]: state roots from plain maps, node by node;
//! - [`example`]: the worked example of section 16.
//!
//! Every story has a number. `LIGATURE_STORY=N` tells that one alone, `LIGATURE_LONG=1` many more.

#![deny(missing_docs)]

pub mod audit;
pub mod example;
pub mod generate;
pub mod join;
pub mod roots;
pub mod run;
pub mod spoil;
pub mod story;
pub mod world;
