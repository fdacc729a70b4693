// SPDX-License-Identifier: Apache-2.0

//! Rebuilds the ledger from the chains' blocks alone: no operator, no database of one, no prover.
//!
//! A chain's blocks hold, in their `commit_block` extrinsics, the header and that chain's public data of every block of the
//! rollup that was ever tried. Which of them the chain took is not asked of old states, which nodes forget: headers name
//! their parents, so the block that the chain holds *now* (an [`Anchor`]) leads back to the first one. The public data is
//! executed again from the empty state on; it must have the commitment and lead to the root that each header names. So
//! nobody has to be trusted but whoever says which block is the last: the chain's finalized state.
//!
//! ```text
//! Source ──blocks──▶ Archive (what was posted) ──line back from the anchor──▶ replay ──▶ Rebuilt (a chain's state)
//!                                                                               │
//!                                             all chains' states: due() ◀───────┴──▶ Handover: where an operator starts
//! ```
//!
//! | file | holds |
//! |---|---|
//! | `source` | [`Source`]: where a chain's blocks come from; [`About`], [`Heights`], [`Anchor`] |
//! | `node` | [`NodeSource`]: from a node, by JSON-RPC |
//! | `export` | [`FolderSource`]: from a folder of exported blocks; [`export()`] makes one |
//! | `archive` | what was read of one chain, on the disk |
//! | `read` | fills it, and goes on where it was interrupted |
//! | `line` | which of the posted blocks are the chain's |
//! | `replay` | executes them; keeps checkpoints |
//! | `recovery` | [`Recovery`]: these together, for one chain |
//! | `due` | [`due()`]: what everybody can claim in exodus, with the Merkle paths |
//! | `handover` | [`Handover`]: what a new operator needs to go on |
//! | `progress` | [`Progress`]: how far it is |

mod archive;
mod due;
mod error;
mod export;
mod handover;
mod line;
mod node;
mod progress;
mod read;
mod recovery;
mod replay;
mod source;

pub use archive::Posting;
pub use due::{Claim, Due, due};
pub use error::RecoveryError;
pub use export::{FolderSource, export};
pub use handover::{Handover, HandoverBlock, HandoverError};
pub use node::NodeSource;
pub use progress::{NoProgress, Progress, Step};
pub use recovery::{Rebuilt, Recovery};
pub use source::{About, Anchor, Heights, Source};
