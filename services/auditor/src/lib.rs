// SPDX-License-Identifier: Apache-2.0

//! An auditor: watches all chains by itself, replays what they say, and raises an alarm when something does not add up.
//!
//! It takes nothing from an operator and shares no code with one. What it believes is what the nodes that it is told
//! about call final; what they say it checks: public data against roots, chains against each other, payments against public data,
//! funds against the ledger, proofs and certificates by themselves.
//!
//! ```text
//! watch ──Page──▶ Books (one per chain) ──Deeds──▶ checks ──▶ Finding ──▶ log, metrics, webhook, guardian
//!                        └────── Index (all chains) ──────┘
//! ```
//!
//! | part | what it does |
//! |---|---|
//! | [`page`] | what a finalized block of a chain says, as plain values |
//! | [`books`] | one chain's blocks of the rollup, and its state out of public data alone |
//! | [`index`] | the blocks of all chains beside each other |
//! | [`checks`] | what must hold: functions of what was read |
//! | [`auditor`] | these together: a page goes in, findings come out |
//! | [`finding`] | what is found: stable names, and what to do |
//! | `watch`, `start` | reads pages of nodes; where to begin |
//! | `react` | logs, metrics, webhook, the guardian's halt |
//! | `service` | the process: [`run()`], [`once()`] |
//!
//! Memory holds two states per chain, the last few hundred blocks' headers, and what was told lately.

pub mod auditor;
pub mod books;
pub mod checks;
mod config;
mod error;
pub mod finding;
pub mod index;
mod key;
pub mod page;
mod react;
mod service;
mod start;
#[cfg(test)]
mod tests;
mod watch;

pub use auditor::Auditor;
pub use config::{Config, LogConfig, Patience, WebhookConfig};
pub use error::AuditError;
pub use finding::{Finding, Severity, What};
pub use key::{KeyError, KeySource};
pub use service::{once, run};
