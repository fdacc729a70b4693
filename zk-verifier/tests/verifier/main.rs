// SPDX-License-Identifier: Apache-2.0

//! The verifier from outside: one binary, because arkworks' generic code is compiled for each.

mod bundle;
mod differential;
mod hostile;
#[cfg(feature = "snarkjs")]
mod snarkjs;
mod support;
mod vectors;
