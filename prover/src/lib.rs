// SPDX-License-Identifier: Apache-2.0

//! # Prover
//!
//! From a block to its proofs, fast and in little memory.
//!
//! | word | meaning |
//! |---|---|
//! | circuit | a statement with a witness, [`Circuit`](ligature_circuits::r1cs::Circuit) |
//! | matrices | the constraints of a circuit, the same for every witness |
//! | key | [`ProvingKey`](key::ProvingKey): what it takes to prove one circuit; lies in a [`KeyStore`](key::KeyStore) |
//! | base, scalar, MSM | a point of the key, the number it is multiplied with, and the sum over all; see [`msm`] |
//! | part | a chain's half of a block, or the join |
//! | job | all that there is to prove of a block |
//! | bundle | its proofs |
//!
//! ```text
//! sealed block, states ──▶ Job::of_block ──▶ Provers::prove ──▶ Bundle
//!                                              │ per statement
//!                                              ▼
//! Prover::prove:  witness ▶ products, check ▶ quotient ▶ H, L, A, B ▶ verify
//! ```
//!
//! A node's prover is a [`service`](mod@service): jobs come from a mailbox, blocks from a [`source`](mod@source).
//!
//! [`Prover`] proves any circuit; [`job`] says which circuits a block needs. Whoever looks on implements
//! [`Watch`](watch::Watch): it is told the stages and their progress, and can stop them.
//!
//! # Proofs without randomness
//!
//! Groth16 hides the witness by two random numbers r and s per proof. Here both are 0. What is lost is zero knowledge:
//! from the proof of a statement one could tell which of two given witnesses made it. There is nothing to hide, because
//! the public data from which anyone computes the witness is on the chain. What is kept is soundness: that no proof
//! of a false statement can be found holds against *every* prover, also against one that chooses r and s
//! as it likes; this one chooses 0. The verifier cannot tell and need not know.
//!
//! In return the sum over the right factors in G1 goes, one sum of five, and the same block always gets the same proof.
//! A circuit with a secret that is *not* public must not be proven here. `docs/prover.md` has the argument in full.
//!
//! # Trust
//!
//! A proof is verified before it is handed out, by arkworks' verifier and not by any code of this crate. A mistake in
//! the arithmetic, a damaged key, a failing machine: all end in [`ProveError::Faulty`], never in a wrong proof.
//!
//! Development keys come from secrets that stand in the source. They are INSECURE in the name of the function,
//! of the file, in its header and in [`KeyOrigin`](key::KeyOrigin).
//!
//! # Unsafe code
//!
//! Calling functions that are compiled for processor instructions which not every processor has is unsafe. There
//! are three such calls, in `msm/affine/ifma.rs`, which says why they are sound. There is no other.

#![deny(missing_docs)]

pub mod bundle;
pub mod job;
pub mod key;
pub mod msm;
mod prove;
mod quotient;
pub mod sample;
pub mod service;
pub mod source;
pub mod watch;

pub use bundle::{Bundle, Part};
pub use job::{Job, Provers};
pub use prove::{PROOF_BYTES, ProveError, Proven, Prover};
