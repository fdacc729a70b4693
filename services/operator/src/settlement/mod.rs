// SPDX-License-Identifier: Apache-2.0

//! Settlement: brings the stored blocks to all chains. One task per chain.
//!
//! | file | holds |
//! |---|---|
//! | `view` | what a chain and the store say |
//! | `flight`, `tips` | what is on its way to a chain, and what is offered for it |
//! | `steps` | what a chain lacks, and what is to be sent: a pure function |
//! | `council` | whether blocks must be taken back on all chains, and how far: a pure function |
//! | `refusals` | what the errors of the chains' pallets mean |
//! | `outbox`, `payments` | from an action to a call |
//! | `times` | which blocks have reached which stage |
//! | `lines` | the stored blocks by hash and revert epoch |
//! | `task` | the task of a chain: looks, compares, sends (`calls`), notes (`stages`), looks again |
//!
//! Nothing of this has to survive a restart: what a chain lacks says the chain.

mod council;
mod flight;
mod lines;
mod outbox;
mod payments;
mod refusals;
mod steps;
mod task;
mod times;
mod tips;
mod view;

pub use council::{Cause, Decision, Seat, Stored, decide};
pub use flight::{InFlight, Limits};
pub use lines::Lines;
pub use outbox::{Outbox, OutboxError};
pub use payments::payments;
pub use refusals::{Meaning, meaning};
pub use steps::{Action, Hold, Step, next_steps};
pub use task::{Settler, Shared, view_of};
pub use tips::Tips;
pub use view::{ChainView, StoreView};
