// SPDX-License-Identifier: Apache-2.0

//! Tests of the pallet, one file per subject. Blocks come from the real ledger: see [`world`].

mod code;
mod commit;
mod custody;
mod execute;
mod exits;
mod exodus;
mod extension;
mod genesis;
mod halt;
mod migrations;
mod offchain;
mod operators;
mod prove;
mod queue;
mod revert;
mod settlement;
mod try_state;
pub mod world;
