// SPDX-License-Identifier: Apache-2.0

//! The bytes of a journal.
//!
//! ```text
//! head    tag 16 (`ligature/journal`) ‖ version u8 = 1 ‖ network u32 ‖ member 32 ‖ checksum 32
//! record  length u16 = 229 ‖ message 165 ‖ signature 64 ‖ checksum 32
//! ```
//!
//! Integers are big-endian. All records have one length, so that a damaged one can never make the rest look like
//! half a record; the checksum covers a record's place, so that none can stand in another's.

use ligature_primitives::{
	digest::{Digest, blake2},
	ids::NetworkId,
	vote::{MESSAGE_BYTES, VoteMessage},
};

const TAG: &[u8; 16] = b"ligature/journal";
const VERSION: u8 = 1;
const CHECKSUM: usize = 32;
const CONTENT: usize = MESSAGE_BYTES + 64;

/// Bytes of the head.
pub(super) const HEAD: usize = TAG.len() + 1 + 4 + 32 + CHECKSUM;

/// Bytes of a record.
pub(super) const RECORD: usize = 2 + CONTENT + CHECKSUM;

/// The head of a journal.
pub(super) fn head(network: NetworkId, member: &[u8; 32]) -> Vec<u8> {
	let mut out = TAG.to_vec();
	out.push(VERSION);
	out.extend(network.0.to_be_bytes());
	out.extend(member);
	out.extend(blake2("ligature/journal/head", &[&out]));
	out
}

/// Whose journal begins with these bytes; none if it is no journal of this version.
pub(super) fn owner(bytes: &[u8]) -> Option<(NetworkId, [u8; 32])> {
	let rest = bytes.strip_prefix(TAG)?.strip_prefix(&[VERSION])?;
	let (network, rest) = rest.split_first_chunk::<4>()?;
	let (member, _) = rest.split_first_chunk::<32>()?;
	let network = NetworkId(u32::from_be_bytes(*network));
	(head(network, member) == bytes).then_some((network, *member))
}

/// A vote in the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
	pub(super) message: VoteMessage,
	pub(super) signature: [u8; 64],
}

impl Record {
	/// The bytes of the record at this place.
	pub(super) fn encode(&self, place: u64) -> Vec<u8> {
		let mut content = self.message.encode();
		content.extend(self.signature);
		let mut out = (CONTENT as u16).to_be_bytes().to_vec();
		out.extend(&content);
		out.extend(checksum(place, &content));
		out
	}

	/// Reads the record at this place; none if it is damaged.
	pub(super) fn decode(bytes: &[u8; RECORD], place: u64) -> Option<Self> {
		let (length, rest) = bytes.split_first_chunk::<2>()?;
		let (content, sum) = rest.split_at_checked(CONTENT)?;
		let whole =
			usize::from(u16::from_be_bytes(*length)) == CONTENT && sum == checksum(place, content);
		let (message, signature) = content.split_at_checked(MESSAGE_BYTES)?;
		let message = VoteMessage::decode(message).ok().filter(|_| whole)?;
		Some(Self { message, signature: signature.try_into().ok()? })
	}
}

fn checksum(place: u64, content: &[u8]) -> Digest {
	blake2("ligature/journal/1", &[&place.to_be_bytes(), content])
}
