// SPDX-License-Identifier: Apache-2.0

//! Rank-1 constraint systems: how a circuit is written down, and what comes out.
//!
//! A [`Circuit`] is a function that drives a [`Builder`]: it allocates variables with their values and
//! enforces `a·b = c` between linear combinations. The builder runs it in one of two ways:
//!
//! | | records | used for |
//! |---|---|---|
//! | [`Shape::of`] | constraints, labels, regions and values | keys, once per circuit; tests |
//! | [`assignment`] | values only | every proof |
//!
//! What is recorded never depends on a value: a circuit has no `if` on a witness, and a test compares
//! the digests of the matrices of different inputs.
//!
//! Every constraint carries a [`Label`], the gadget and the rule that it stands for, and belongs to a
//! *region*, the place of the circuit (a slot, a register). So an unsatisfied witness is reported as a rule
//! that does not hold at a place, and the tests can leave out one rule and show that a forgery
//! then passes.

mod ark;
mod builder;
mod matrices;
mod num;

pub use ark::ArkCircuit;
#[cfg(test)]
pub(crate) use builder::forged_assignment;
pub use builder::{Builder, Circuit, Shape, assignment};
pub use matrices::{Label, Matrices, Matrix, MatrixBuilder, Unsatisfied};
pub use num::{Num, Variable};
