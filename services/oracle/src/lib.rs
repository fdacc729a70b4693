// SPDX-License-Identifier: Apache-2.0

//! An oracle: sees what all chains have finalized, signs it once, and brings certificates to every chain.
//!
//! One process is one member. It trusts its own nodes and nobody else: what it signs follows from the finalized
//! heads of all chains and from its journal (sections 12.4 to 12.6 of `docs/protocol.md`).
//!
//! | part | what it does |
//! |---|---|
//! | [`decide`](decide()) | what to sign, as a function of what is seen and what was signed |
//! | [`memory`] | which votes exclude each other |
//! | [`journal`] | what was signed, on disk before anybody sees it |
//! | [`watch`] | the finalized heads of all chains |
//! | `exchange` | votes by way of relays |
//! | [`ballots`] | the votes of all members: certificates, and members who contradict themselves |
//! | [`relayer`] | brings certificates and evidence to the chains that lack them |
//! | [`service`] | the process |

pub mod ballots;
mod config;
mod decide;
mod error;
mod exchange;
pub mod journal;
mod keys;
pub mod memory;
mod metrics;
pub mod relayer;
mod seen;
pub mod service;
#[cfg(test)]
mod testing;
pub mod watch;

pub use config::Config;
pub use decide::{Reason, decide, never};
pub use error::OracleError;
pub use keys::{KeyError, KeySource, MemberKey, public_key, verifies};
pub use metrics::Metrics;
pub use seen::{ChainSeen, Foreign, Seen};
pub use service::run;
