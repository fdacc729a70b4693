// SPDX-License-Identifier: Apache-2.0

//! The engine over a real store and the real ledger: what it takes, what it builds, and that nothing of it is lost.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a panic is how a test reports")]

mod admission;
mod building;
mod failing;
mod kill;
mod refusals;
mod restart;
mod revert;
mod story;
mod truth;
mod views;
mod waiting;
mod wallet;
mod world;
