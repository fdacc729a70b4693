// SPDX-License-Identifier: Apache-2.0

//! What oracles do beside certifying: bonds, refusals; and what is done to them: evidence, epochs.

use polkadot_sdk::*;

use ligature_primitives::{
	ids::{BlockNumber, ChainId},
	vote::{VoteKind, VoteMessage},
};
use ligature_runtime::{RootOracle, Runtime};
use pallet_rollup::Stage;
use pallet_root_oracle::{MemberKey, Members, Vote, ownership_message};
use sp_keyring::Ed25519Keyring;

use super::{CHAINS, Fuzz, Letter};
use crate::{
	network::NETWORK,
	oracles::vote,
	people::{ALICE, BOB, CHARLIE, DAVE, EVE, FERDIE, Person},
};

/// Who may have a bond, each under the ed25519 key of the same name.
const BONDED: [(Person, Ed25519Keyring); 6] = [
	(ALICE, Ed25519Keyring::Alice),
	(BOB, Ed25519Keyring::Bob),
	(CHARLIE, Ed25519Keyring::Charlie),
	(DAVE, Ed25519Keyring::Dave),
	(EVE, Ed25519Keyring::Eve),
	(FERDIE, Ed25519Keyring::Ferdie),
];

impl Fuzz {
	/// Something about oracles.
	pub(super) fn oracle(&mut self) -> Option<Letter> {
		let chain = self.story.chain();
		match self.dice(100) {
			0..25 => {
				let (who, key) = self.story.one_of(&BONDED);
				let message = ownership_message(NETWORK, &who.account().into());
				let (key, ownership) = (key.public().0, key.sign(&message).0);
				Some(Letter::new(chain, who, pallet_root_oracle::Call::bond { key, ownership }))
			},
			25..50 => {
				let (who, key) = self.story.one_of(&BONDED);
				let call = pallet_root_oracle::Call::unbond { key: key.public().0 };
				Some(Letter::new(chain, who, call))
			},
			50..60 => self.evidence(chain),
			60..70 => self.refusal(chain),
			70..75 => self.cancel_epoch(chain),
			75..80 => {
				self.change_members();
				None
			},
			_ => self.stale_certificate(chain),
		}
	}

	/// Two votes of one member that exclude each other; or that do not.
	pub(super) fn evidence(&mut self, chain: ChainId) -> Option<Letter> {
		let block = self.network.blocks().last()?.clone();
		let (_, member) = self.story.one_of(&BONDED);
		let first = self.message(chain, VoteKind::Block, ChainId(0), &block);
		let mut hash = first.hash;
		hash[0] ^= u8::from(self.story.chance(70));
		let second = VoteMessage { hash, ..first.clone() };
		let signed = |message: VoteMessage| {
			let signature = vote(member, &message);
			Box::new(Vote { message, signature })
		};
		let call = pallet_root_oracle::Call::report_equivocation {
			key: member.public().0,
			first: signed(first),
			second: signed(second),
		};
		Some(Letter::new(chain, self.helper(), call))
	}

	/// A refusal of a block that this chain has not proven: one that was built, or one that nobody knows.
	///
	/// Only sometimes of one that was built: the operator has to take it back.
	fn refusal(&mut self, chain: ChainId) -> Option<Letter> {
		let proven = self.network.counters(chain).proven;
		let last = self.network.blocks().last()?.clone();
		let mut message = self.message(chain, VoteKind::Refuse, chain, &last);
		if self.story.chance(60) || last.number() <= proven {
			message.hash[0] ^= 1;
			message.number = BlockNumber(proven.0 + 1 + u64::from(self.dice(80)));
		} else {
			self.stuck = self.exodus(chain).is_none();
		}
		self.relay_letter(chain, &message)
	}

	/// A certificate that comes again, or too early, or to the wrong call.
	fn stale_certificate(&mut self, chain: ChainId) -> Option<Letter> {
		let count = self.network.blocks().len() as u32;
		if count == 0 {
			return None;
		}
		let number = BlockNumber(1 + u64::from(self.dice(count)));
		let block = self.network.built(number).clone();
		let status = self.status(chain, &block);
		// Nobody signs for a block that is not proven: it must not matter which kind of message that is.
		let kind = match status.map(|status| status.stage) {
			Some(Stage::Certified | Stage::Executed) => VoteKind::Block,
			_ => self.story.one_of(&[VoteKind::Frozen, VoteKind::Refused]),
		};
		let message = self.message(chain, kind, ChainId(9), &block);
		self.relay_letter(chain, &message)
	}

	/// Withdraws the last epoch of a chain, if it has another.
	fn cancel_epoch(&mut self, chain: ChainId) -> Option<Letter> {
		let epochs = self.network.chain(chain).with(RootOracle::epochs);
		let epoch = epochs.last()?.number;
		let call = pallet_root_oracle::Call::cancel_epoch { epoch };
		(epochs.len() > 1).then(|| Letter::root(chain, call))
	}

	/// Withdraws on each chain the epoch that this block would be the first of.
	pub(super) fn withdraw_epochs(&mut self, number: BlockNumber) {
		for chain in CHAINS {
			let epochs = self.network.chain(chain).with(RootOracle::epochs);
			if epochs.last().is_some_and(|epoch| epoch.first_block <= number)
				&& let Some(letter) = self.cancel_epoch(chain)
			{
				self.post(letter);
			}
		}
	}

	/// Governance names other members, on both chains alike or, rarely, on one.
	pub(super) fn change_members(&mut self) {
		let bonded = CHAINS.map(|chain| {
			self.network.chain(chain).with(|| {
				let members = Members::<Runtime>::iter().filter(|(_, member)| !member.slashed);
				members.map(|(key, _)| key).collect::<std::collections::BTreeSet<MemberKey>>()
			})
		});
		let mut members: Vec<_> = bonded[0].intersection(&bonded[1]).copied().collect();
		if members.len() > 1 && self.story.chance(50) {
			let one = self.dice(members.len() as u32) as usize;
			members.remove(one);
		}
		let committed = CHAINS.map(|chain| self.network.counters(chain).committed.0);
		let built = self.network.blocks().len() as u64;
		let first_block = committed[0].max(committed[1]).max(built) + 1 + u64::from(self.dice(4));
		let call = pallet_root_oracle::Call::schedule_members {
			first_block: BlockNumber(first_block),
			members: members.try_into().expect("six at most; qed"),
		};
		let only = self.story.chance(10).then(|| self.story.chain());
		for chain in CHAINS {
			if only.is_none_or(|only| only == chain) {
				self.post(Letter::root(chain, call.clone()));
			}
		}
	}
}
