// SPDX-License-Identifier: Apache-2.0

//! The votes of all members, as far as they matter: enough to make certificates of them, and to find members who
//! contradict themselves.
//!
//! A vote is kept if its signature holds, its signer is a member of the epoch that it names, and its block is
//! near those that are open. Of one member so many are kept and no more, the newest: who floods us with votes drives out
//! his own.

mod certificate;
#[cfg(test)]
mod tests;

pub use certificate::Ready;

use crate::{keys::verifies, seen::Seen};
use ligature_chain::SignedVote;
use ligature_operator_api::{Bytes, Hash32, VoteBytes};
use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, NetworkId},
	vote::VoteMessage,
};
use std::collections::{BTreeMap, VecDeque};

/// Blocks that are certified everywhere are kept for so long, for the sake of evidence.
const BEHIND: u64 = 64;

/// Votes may be about so many blocks above the highest that we see committed: the chains allow so many open ones.
const AHEAD: u64 = 64;

/// Votes of one member.
const PER_MEMBER: usize = 512;

/// A vote, whoever it is by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
	/// Who has signed.
	pub member: [u8; 32],
	/// What, and how.
	pub vote: SignedVote,
}

impl Ballot {
	/// Reads what a relay has sent. None if it is malformed. The signature is not checked.
	pub fn read(vote: &VoteBytes) -> Option<Self> {
		let message = VoteMessage::decode(&vote.message.0).ok()?;
		let signature = vote.signature.0.as_slice().try_into().ok()?;
		Some(Self { member: vote.member.0, vote: SignedVote { message, signature } })
	}

	/// What a relay takes.
	pub fn bytes(&self) -> VoteBytes {
		VoteBytes {
			message: Bytes(self.vote.message.encode()),
			member: Hash32(self.member),
			signature: Bytes(self.vote.signature.to_vec()),
		}
	}

	/// Whether the member has signed it.
	pub fn holds(&self) -> bool {
		verifies(&self.member, &self.vote.message.encode(), &self.vote.signature)
	}
}

/// Two votes of one member that exclude each other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
	/// The member.
	pub member: [u8; 32],
	/// One vote.
	pub first: SignedVote,
	/// The other.
	pub second: SignedVote,
}

/// What came of a vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
	/// It is new, and kept.
	New,
	/// It is new and contradicts another of the same member; it is kept.
	Equivocation(Box<Evidence>),
	/// It was known.
	Known,
	/// It is about a block that we know nothing of yet: it should be heard again later.
	Early,
	/// It is about a settled block, or another network.
	Irrelevant,
	/// Its signer is not a member of the epoch that it names.
	Stranger,
	/// Its signature does not hold.
	Forged,
}

/// A message and who has signed it.
#[derive(Clone, Debug)]
struct Tally {
	message: VoteMessage,
	signatures: BTreeMap<[u8; 32], [u8; 64]>,
}

/// Names a message: the hash of its bytes.
pub type MessageId = Digest;

/// The name of a message.
pub fn id_of(message: &VoteMessage) -> MessageId {
	ligature_primitives::digest::blake2("", &[&message.encode()])
}

/// The votes of all members.
#[derive(Clone, Debug)]
pub struct Ballots {
	network: NetworkId,
	/// Members of the epochs that chains know, by number and hash of the epoch.
	epochs: BTreeMap<(u32, Digest), Vec<[u8; 32]>>,
	/// Blocks that matter, both included.
	window: (BlockNumber, BlockNumber),
	tallies: BTreeMap<MessageId, Tally>,
	/// What each member has signed, the oldest first.
	by_member: BTreeMap<[u8; 32], VecDeque<MessageId>>,
}

impl Ballots {
	/// No votes yet, and nothing seen: nothing is kept before [`Ballots::look`].
	pub fn new(network: NetworkId) -> Self {
		Self {
			network,
			epochs: BTreeMap::new(),
			window: (BlockNumber(1), BlockNumber(0)),
			tallies: BTreeMap::new(),
			by_member: BTreeMap::new(),
		}
	}

	/// Takes note of which blocks are open and who the members are; drops what does not matter any more.
	pub fn look(&mut self, seen: &Seen) {
		let epochs = seen.chains.iter().flat_map(|chain| &chain.epochs);
		self.epochs =
			epochs.map(|epoch| ((epoch.number, epoch.hash), epoch.members.clone())).collect();
		self.window = (
			BlockNumber(seen.least_certified().0.saturating_sub(BEHIND)),
			BlockNumber(seen.most_committed().0.saturating_add(AHEAD)),
		);
		let kept = |tally: &Tally| {
			tally.message.number >= self.window.0
				&& self.epochs.contains_key(&epoch(&tally.message))
		};
		let gone: Vec<_> = self.tallies.iter().filter(|(_, tally)| !kept(tally)).collect();
		let gone: Vec<_> = gone.into_iter().map(|(id, _)| *id).collect();
		for id in gone {
			self.tallies.remove(&id);
		}
		let tallies = &self.tallies;
		self.by_member.retain(|_, ids| {
			ids.retain(|id| tallies.contains_key(id));
			!ids.is_empty()
		});
	}

	/// The lowest block about which votes matter.
	pub fn lowest(&self) -> BlockNumber {
		self.window.0
	}

	/// Takes a vote.
	pub fn hear(&mut self, ballot: Ballot) -> Heard {
		let Ballot { member, vote } = ballot;
		let message = &vote.message;
		if message.network != self.network || message.number < self.window.0 {
			return Heard::Irrelevant;
		}
		let id = id_of(message);
		if self.tallies.get(&id).is_some_and(|tally| tally.signatures.contains_key(&member)) {
			return Heard::Known;
		}
		let Some(members) = self.epochs.get(&epoch(message)) else { return Heard::Stranger };
		if members.binary_search(&member).is_err() {
			return Heard::Stranger;
		}
		if !verifies(&member, &message.encode(), &vote.signature) {
			return Heard::Forged;
		}
		if message.number > self.window.1 {
			return Heard::Early;
		}
		let evidence = self.contradiction(&member, &vote);
		self.keep(id, member, vote);
		evidence.map_or(Heard::New, |evidence| Heard::Equivocation(Box::new(evidence)))
	}

	/// How many votes are kept.
	pub fn len(&self) -> usize {
		self.tallies.values().map(|tally| tally.signatures.len()).sum()
	}

	/// Whether none is.
	pub fn is_empty(&self) -> bool {
		self.tallies.is_empty()
	}

	fn contradiction(&self, member: &[u8; 32], vote: &SignedVote) -> Option<Evidence> {
		let known = self.by_member.get(member)?.iter().filter_map(|id| self.tallies.get(id));
		let other = known.into_iter().find(|tally| tally.message.contradicts(&vote.message))?;
		Some(Evidence {
			member: *member,
			first: SignedVote {
				message: other.message.clone(),
				signature: *other.signatures.get(member)?,
			},
			second: vote.clone(),
		})
	}

	fn keep(&mut self, id: MessageId, member: [u8; 32], vote: SignedVote) {
		let own = self.by_member.entry(member).or_default();
		own.push_back(id);
		let oldest = if own.len() > PER_MEMBER { own.pop_front() } else { None };
		let SignedVote { message, signature } = vote;
		let tally = self.tallies.entry(id);
		let tally = tally.or_insert_with(|| Tally { message, signatures: BTreeMap::new() });
		tally.signatures.insert(member, signature);
		if let Some(oldest) = oldest
			&& let Some(tally) = self.tallies.get_mut(&oldest)
		{
			tally.signatures.remove(&member);
			if tally.signatures.is_empty() {
				self.tallies.remove(&oldest);
			}
		}
	}
}

/// The epoch that a message names.
fn epoch(message: &VoteMessage) -> (u32, Digest) {
	(message.oracle_epoch, message.member_set_hash)
}
