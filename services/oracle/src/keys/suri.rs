// SPDX-License-Identifier: Apache-2.0

//! Secrets of development, as Substrate writes them: `//Alice` is a hard derivation from a phrase that everybody
//! knows.

use ligature_primitives::digest::blake2;
use zeroize::Zeroizing;

/// The seed of the phrase that everybody knows (`bottom drive obey …`), from which development keys are derived.
const DEVELOPMENT: [u8; 32] = [
	0xfa, 0xc7, 0x95, 0x9d, 0xbf, 0xe7, 0x2f, 0x05, 0x2e, 0x5a, 0x0c, 0x3c, 0x8d, 0x65, 0x30, 0xf2,
	0x02, 0xb0, 0x2f, 0xd8, 0xf9, 0xf5, 0xca, 0x35, 0x80, 0xec, 0x8d, 0xeb, 0x77, 0x97, 0x47, 0x9e,
];

/// The ed25519 seed of `//a//b…`. None if the text is anything else: ed25519 has no soft junctions.
pub(super) fn seed(text: &str) -> Option<Zeroizing<[u8; 32]>> {
	let path = text.strip_prefix("//")?;
	let mut seed = Zeroizing::new(DEVELOPMENT);
	for junction in path.split("//") {
		if junction.is_empty() || junction.contains('/') {
			return None;
		}
		// A text is encoded as SCALE does: its length, four times, in one byte if it is below 64.
		let tag = b"\x2cEd25519HDKD";
		*seed = blake2("", &[tag, seed.as_slice(), &chain_code(junction)?]);
	}
	Some(seed)
}

/// The 32 bytes of a junction: a number in little-endian, or a text with its length before it.
fn chain_code(junction: &str) -> Option<[u8; 32]> {
	let bytes = match junction.parse::<u64>() {
		Ok(number) => number.to_le_bytes().to_vec(),
		Err(_) => {
			let length = u8::try_from(junction.len()).ok().filter(|length| *length < 64)?;
			[&[4 * length], junction.as_bytes()].concat()
		},
	};
	if bytes.len() > 32 {
		return Some(blake2("", &[&bytes]));
	}
	let mut code = [0; 32];
	code[..bytes.len()].copy_from_slice(&bytes);
	Some(code)
}
