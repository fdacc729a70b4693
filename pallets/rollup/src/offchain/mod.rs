// SPDX-License-Identifier: Apache-2.0

//! The off-chain worker: has committed blocks proven, and sends their proofs.
//!
//! Proving takes seconds to minutes and all cores: far too much for a worker, which runs in WebAssembly on one
//! thread. So the worker writes *jobs* into the node's off-chain database, a prover of the node takes
//! them from there, works natively on threads of its own and writes the proofs back, and the worker that
//! runs at a later block sends them ([`ligature_primitives::mailbox`] has the states of a job).
//!
//! | file | holds |
//! |---|---|
//! | `worker` | what happens at every block |
//! | `mailbox` | reading and changing jobs |
//!
//! A worker runs whenever a node has a new best block: again after a fork, beside one that is not finished
//! yet, on many nodes. All of it is harmless here. Jobs are changed by compare-and-set; a proof is sent
//! by each node that has made it, and the second one is refused in the pool. Whatever goes wrong is logged
//! and tried again at a later block; nothing blocks and nothing panics.
//!
//! The worker signs with a key of the node ([`Config::ProverId`](crate::Config::ProverId)), whose account
//! pays the fee and gets it back on success. A node without such a key has nothing to do here.

pub(crate) mod mailbox;
pub(crate) mod worker;

pub(crate) use worker::run;
