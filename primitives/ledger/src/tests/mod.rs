// SPDX-License-Identifier: Apache-2.0

//! Execution as a whole: every operation, every refusal, blocks.

mod blocks;
mod exits;
mod operations;
mod records;
mod refusals;
mod snapshots;
mod world;
