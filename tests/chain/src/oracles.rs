// SPDX-License-Identifier: Apache-2.0

//! The four development oracles: three of them decide.

use polkadot_sdk::*;

use ligature_primitives::{
	ids::ChainId,
	vote::{Certificate, VoteKind, VoteMessage, threshold},
};
use sp_keyring::Ed25519Keyring;

use crate::network::Built;

/// The oracles of the presets, in the order of their keys, in which certificates name them.
pub fn oracles() -> [Ed25519Keyring; 4] {
	let mut members =
		[Ed25519Keyring::Alice, Ed25519Keyring::Bob, Ed25519Keyring::Charlie, Ed25519Keyring::Dave];
	members.sort_by_key(|member| member.public().0);
	members
}

/// A member's signature of a message.
pub fn vote(member: Ed25519Keyring, message: &VoteMessage) -> [u8; 64] {
	member.sign(&message.encode()).0
}

/// The bytes of a certificate that these members of the first epoch sign.
pub fn certificate_of(message: &VoteMessage, signers: &[u16]) -> Vec<u8> {
	let oracles = oracles();
	let sign = |signer: &u16| (*signer, vote(oracles[usize::from(*signer)], message));
	let signatures = signers.iter().map(sign).collect();
	let certificate = Certificate { message: message.clone(), signatures };
	certificate.encode(oracles.len() as u16).expect("the signers ascend; qed")
}

/// The bytes of a certificate that three of four members sign: as few as decide.
pub fn certificate(message: &VoteMessage) -> Vec<u8> {
	certificate_of(message, &[0, 2, 3])
}

/// The bytes of a certificate that as many of these members sign as decide; of all keys of development.
///
/// # Panics
///
/// If somebody else is among the members.
pub fn certificate_by(message: &VoteMessage, members: &[[u8; 32]]) -> Vec<u8> {
	let count = threshold(members.len() as u32) as usize;
	let sign = |(place, key): (usize, &[u8; 32])| {
		let signer = Ed25519Keyring::iter().find(|signer| signer.public().0 == *key);
		(place as u16, vote(signer.expect("a member of development"), message))
	};
	let signatures = members.iter().enumerate().take(count).map(sign).collect();
	let certificate = Certificate { message: message.clone(), signatures };
	certificate.encode(members.len() as u16).expect("the signers ascend; qed")
}

impl Built {
	/// "It is proven and finalized on all chains."
	pub fn block_message(&self) -> VoteMessage {
		VoteMessage::block(&self.header)
	}

	/// Any other message about it.
	pub fn message(&self, kind: VoteKind, chain: ChainId) -> VoteMessage {
		VoteMessage::about(kind, chain, &self.header)
	}
}
