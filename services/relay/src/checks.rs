// SPDX-License-Identifier: Apache-2.0

//! What a relay takes. It judges nothing: it only makes sure that what it keeps is a vote of a member about a block that
//! is open, or was so lately, and that nobody fills its memory or its disk.

use ed25519_dalek::{Signature, VerifyingKey};
use ligature_chain::Epoch;
use ligature_operator_api::{ApiError, VoteBytes};
use ligature_primitives::{
	ids::{BlockNumber, NetworkId},
	refusal::Refusal,
	vote::VoteMessage,
};
use std::collections::BTreeMap;

/// Votes about blocks so far above the last one are taken: chains take no refusal beyond.
pub const AHEAD: u64 = 64;

/// Votes about blocks so far below the last one that is certified everywhere are taken.
pub const BEHIND: u64 = 256;

/// Votes of one member about one block: more than an honest one ever has to say, with some reverts in between.
pub const PER_BLOCK: u32 = 32;

/// Why a vote is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadVote {
	/// The message is none.
	#[error("{0}")]
	Message(Refusal),
	/// It is about another network.
	#[error("it is about network {0}")]
	OtherNetwork(NetworkId),
	/// No chain has an epoch of this number with these members.
	#[error("no chain knows epoch {0} with these members")]
	UnknownEpoch(u32),
	/// Who signs is none of them.
	#[error("the key is no member's of epoch {0}")]
	NoMember(u32),
	/// The block is long done, or far from being built.
	#[error("block {0} is far from those that are open")]
	Far(BlockNumber),
	/// The key is none.
	#[error("the key is no point")]
	Key,
	/// The signature is none.
	#[error("a signature has 64 bytes, not {0}")]
	SignatureLength(usize),
	/// The signature is of something or somebody else.
	#[error("the signature does not hold")]
	Signature,
	/// The member has said enough.
	#[error("the member has said {PER_BLOCK} things about this block already")]
	TooMany,
}

impl From<BadVote> for ApiError {
	fn from(bad: BadVote) -> Self {
		Self::BadVote { reason: bad.to_string() }
	}
}

/// What a vote says.
///
/// # Errors
///
/// [`BadVote::Message`], [`BadVote::OtherNetwork`].
pub fn message(vote: &VoteBytes, network: NetworkId) -> Result<VoteMessage, BadVote> {
	let message = VoteMessage::decode(&vote.message.0).map_err(BadVote::Message)?;
	match message.network == network {
		true => Ok(message),
		false => Err(BadVote::OtherNetwork(message.network)),
	}
}

/// That who signs is one of the members of the epoch that the message names, as some chain knows it.
///
/// # Errors
///
/// [`BadVote::UnknownEpoch`], [`BadVote::NoMember`].
pub fn is_member<'a>(
	message: &VoteMessage,
	member: &[u8; 32],
	epochs: impl IntoIterator<Item = &'a Epoch>,
) -> Result<(), BadVote> {
	let named = (message.oracle_epoch, message.member_set_hash);
	let epoch = epochs.into_iter().find(|epoch| (epoch.number, epoch.hash) == named);
	let epoch = epoch.ok_or(BadVote::UnknownEpoch(message.oracle_epoch))?;
	// Ascending.
	epoch.members.binary_search(member).map(drop).map_err(|_| BadVote::NoMember(epoch.number))
}

/// That a block is not far from those between the last one that is certified everywhere and the last one of all.
///
/// # Errors
///
/// [`BadVote::Far`].
pub fn is_near(
	number: BlockNumber,
	certified: BlockNumber,
	last: BlockNumber,
) -> Result<(), BadVote> {
	let near = certified.0.saturating_sub(BEHIND)..=last.0.saturating_add(AHEAD);
	if near.contains(&number.0) { Ok(()) } else { Err(BadVote::Far(number)) }
}

/// The strict check of the signature, which chains make too: no key or signature that fits two messages.
///
/// # Errors
///
/// [`BadVote::Key`], [`BadVote::SignatureLength`], [`BadVote::Signature`].
pub fn is_signed(vote: &VoteBytes) -> Result<(), BadVote> {
	let key = VerifyingKey::from_bytes(&vote.member.0).map_err(|_| BadVote::Key)?;
	let signature = Signature::from_slice(&vote.signature.0)
		.map_err(|_| BadVote::SignatureLength(vote.signature.0.len()))?;
	key.verify_strict(&vote.message.0, &signature).map_err(|_| BadVote::Signature)
}

/// How much each member has said about each block, since the start.
#[derive(Clone, Debug, Default)]
pub struct Counts(BTreeMap<(BlockNumber, [u8; 32]), u32>);

impl Counts {
	/// That a member may say something more about a block.
	///
	/// # Errors
	///
	/// [`BadVote::TooMany`].
	pub fn room(&self, number: BlockNumber, member: &[u8; 32]) -> Result<(), BadVote> {
		let said = self.0.get(&(number, *member)).copied().unwrap_or(0);
		if said < PER_BLOCK { Ok(()) } else { Err(BadVote::TooMany) }
	}

	/// Counts a new vote, and forgets those about blocks of which none is taken any more.
	pub fn add(&mut self, number: BlockNumber, member: [u8; 32], certified: BlockNumber) {
		*self.0.entry((number, member)).or_default() += 1;
		let least = BlockNumber(certified.0.saturating_sub(BEHIND));
		self.0 = self.0.split_off(&(least, [0; 32]));
	}
}
