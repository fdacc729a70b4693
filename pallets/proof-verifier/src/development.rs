// SPDX-License-Identifier: Apache-2.0

//! How development keys are recognised.
//!
//! All development keys have α, β and γ in common, whose logarithms stand in the source of the
//! prover. With them anybody makes a proof of any input; δ, which is each circuit's own, does not
//! matter. Somebody with other secrets can make keys that are as bad and that nobody can recognise:
//! this guards against a mistake, not against governance, for which there is the notice.

use hex_literal::hex;

use crate::KeyBytes;

/// α in G1, compressed.
pub(crate) const ALPHA: [u8; 48] = hex!(
	"8aeee5b49122fc313a22e3d581dfa0c75946ae9f9f3ec6347fb5570c340f3a9888fa70ae27620d180ab0ae0e"
	"79bcfe75"
);

/// β in G2, compressed.
pub(crate) const BETA: [u8; 96] = hex!(
	"870e9142b95ce985c7335eb4c5b5f74b2665ccce31d903c19226059a668954c3cb1cb44ee49cb9df53eb9232"
	"5105274215d4a4a72682c637c058e75a11ec8a7a3c0b076bcae6fd0945f72a62fa63dd252f9668f305b8f4be"
	"ae0bb552fc7892e9"
);

/// γ in G2, compressed.
pub(crate) const GAMMA: [u8; 96] = hex!(
	"b33b989b57157aa192505c3d7b0cfa0d916b9f89213e19a74f8cc513fc1f46a99fcc4115b69b58c5b4f67f2e"
	"3cfe36ab0345354970a744d75350149533cd7761631b80e73e9b5f29174ff3d24f60c508233e187f5f20f313"
	"750d7af77e2ee6e7"
);

/// Whether a key has a point of the development keys. Any of the three is enough: no ceremony finds it.
pub(crate) fn is_development(key: &KeyBytes) -> bool {
	let (alpha, rest) = key.split_at(ALPHA.len());
	let (beta, rest) = rest.split_at(BETA.len());
	alpha == ALPHA || beta == BETA || rest.starts_with(&GAMMA)
}
