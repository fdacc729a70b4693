// SPDX-License-Identifier: Apache-2.0

//! What somebody can do who has the keys of oracles and means no good: votes and certificates by hand.

use crate::{ALPHA, World};
use ligature_chain::SignedVote;
use ligature_oracle::{KeySource, MemberKey};
use ligature_primitives::vote::{Certificate, VoteMessage};

/// The key of an oracle of the development network: `//Alice` to `//Dave`.
///
/// # Panics
///
/// If it is not a development secret.
pub fn member(secret: &str) -> MemberKey {
	MemberKey::load(&KeySource::Development(secret.into())).expect("a development secret")
}

/// A vote.
pub fn vote(member: &MemberKey, message: &VoteMessage) -> SignedVote {
	SignedVote { signature: member.sign(&message.encode()), message: message.clone() }
}

/// The bytes of a certificate that these members sign, few or many.
///
/// # Panics
///
/// If one is no member, or alpha does not answer.
pub async fn certificate(world: &World, signers: &[&MemberKey], message: &VoteMessage) -> Vec<u8> {
	let best = world.chain(ALPHA).await.best().await.expect("the chain answers");
	let epochs = best.epochs().await.expect("the chain says its oracles");
	let epoch = epochs.iter().find(|epoch| epoch.number == message.oracle_epoch);
	let members = &epoch.expect("the message names a known epoch").members;
	let place = |key: &MemberKey| members.binary_search(&key.public()).expect("a member") as u16;
	let mut signatures: Vec<_> =
		signers.iter().map(|key| (place(key), vote(key, message).signature)).collect();
	signatures.sort_by_key(|(place, _)| *place);
	let certificate = Certificate { message: message.clone(), signatures };
	certificate.encode(members.len() as u16).expect("the signers ascend")
}
