// SPDX-License-Identifier: Apache-2.0

//! How oracles hear of each other's votes (section 12.4 of `docs/protocol.md`).
//!
//! A relay keeps votes and gives them to whoever asks. It can hold votes back and can forge none; oracles name several.
//! Every operator is one. When no operator is left, [`run`] is another, as `ligature oracle relay`: oracles need it to
//! freeze all chains at the same block. It needs nothing but the chains, and keeps votes in memory only, as oracles bring
//! theirs again.
//!
//! | file | what it holds |
//! |---|---|
//! | `checks` | what any relay takes: [`BadVote`], [`Counts`] |
//! | `shelf` | the votes that this one keeps |
//! | `known` | what it knows of the chains: members, and which blocks are open |
//! | `service` | [`run`]: the process |
//! | `config`, `metrics`, `error` | what it is told, what it counts, why it stops |

pub mod checks;
mod config;
mod error;
mod known;
mod metrics;
mod service;
mod shelf;

pub use checks::{BadVote, Counts};
pub use config::Config;
pub use error::RelayError;
pub use service::run;
