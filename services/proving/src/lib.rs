// SPDX-License-Identifier: Apache-2.0

//! A prover's side of the operator: blocks from there, the work divided with other provers, and proofs both
//! ways.
//!
//! | file | holds |
//! |---|---|
//! | `operator` | the operator's JSON-RPC, for threads that wait for an answer |
//! | `place` | a folder or an operator, as the command line says it |
//! | `source` | [`OperatorSource`]: blocks and the ledgers before them, each compared with its header |
//! | `craft` | making and checking proofs, by whoever can |
//! | `share` | one part, proven under a lease that is renewed |
//! | `work` | [`SharedWork`]: all proofs of one block, for the prover of a node |
//! | `run` | [`run_prover`]: a process that does nothing but prove, without a chain |
//! | `keys` | making development keys before they are needed |
//!
//! # Trust
//!
//! Nobody trusts the operator. A block is executed and compared with the header that the chain has committed
//! to, a proof that somebody else has made is verified before it is used, and an operator that gives no work, no
//! proofs or no answer only makes the prover do everything itself. The stand-alone prover knows no chain: it proves what is
//! true of a header, and cannot know whether the header is a chain's.

#![deny(missing_docs)]

mod craft;
mod keys;
mod operator;
mod place;
mod run;
mod share;
mod source;
mod work;

pub use craft::{Craft, Proof};
pub use keys::{KeyEvent, make_keys};
pub use operator::{CallError, Operator, OperatorError};
pub use place::{BlockPlace, PlaceError};
pub use run::{ProverConfig, RunError, Tally, prove_for, run_prover};
pub use source::OperatorSource;
pub use work::{Pace, SharedWork};
