// SPDX-License-Identifier: Apache-2.0

//! Calls that make no sense: sensible ones with other bytes, from somebody else, inside of another call; and random
//! bytes that happen to be a call.

use polkadot_sdk::*;

use codec::{DecodeLimit, Encode};
use ligature_primitives::ids::BlockNumber;
use ligature_runtime::{Address, OriginCaller, RuntimeCall};
use rand::RngCore;

use super::{Fuzz, Letter};
use crate::people::{ALICE, BOB, ONE, Person};

/// How deep calls in calls are decoded.
const DEPTH: u32 = 16;

/// Numbers of the pallets in the runtime.
const PALLETS: [u8; 12] = [0, 1, 3, 4, 6, 7, 8, 20, 20, 21, 22, 23];

/// Whether it is a call of the rollup's pallets, which may come from anybody, root included.
fn is_ours(call: &RuntimeCall) -> bool {
	matches!(
		call,
		RuntimeCall::Rollup(_)
			| RuntimeCall::RootOracle(_)
			| RuntimeCall::ProofVerifier(_)
			| RuntimeCall::Amm(_)
	)
}

/// Whether it is one of those that root may be made to say. Not the opening of the network: who opens the chains
/// with different lists has two networks, which never agree on a block.
fn is_for_root(call: &RuntimeCall) -> bool {
	let opens = matches!(call, RuntimeCall::Rollup(pallet_rollup::Call::open_network { .. }));
	is_ours(call) && !opens
}

/// Whether a call that the dice have made may come from somebody. Who holds the sudo key could write anything, and
/// owns the assets of the presets; of both nothing can be promised.
fn is_allowed(who: Person, call: &RuntimeCall) -> bool {
	if who != ALICE {
		return true;
	}
	match call {
		RuntimeCall::Sudo(pallet_sudo::Call::sudo { call }) => is_for_root(call),
		RuntimeCall::Utility(
			pallet_utility::Call::batch { calls }
			| pallet_utility::Call::batch_all { calls }
			| pallet_utility::Call::force_batch { calls },
		) => calls.iter().all(is_ours),
		call => is_ours(call),
	}
}

impl Fuzz {
	/// A sensible call with something wrong.
	pub(super) fn mutated(&mut self) -> Letter {
		let mut letter = match self.dice(3) {
			0 => self.next_step().unwrap_or_else(|| self.sensible()),
			_ => self.sensible(),
		};
		if self.story.chance(15) {
			letter = self.changed_block(letter);
		}
		if self.story.chance(25) {
			letter.who = self.anybody();
		}
		for _ in 0..8 {
			let mut bytes = letter.call.encode();
			self.mutate(&mut bytes);
			if let Some(call) = decode(&bytes).filter(|call| is_allowed(letter.who, call)) {
				letter.call = call;
				return letter;
			}
		}
		// Every change of it is no call: let somebody send it who should not.
		let who = self.anybody();
		if is_allowed(who, &letter.call) {
			letter.who = who;
		}
		letter
	}

	/// A commit with a header or public data that is wrong in one field; other letters as they are.
	fn changed_block(&mut self, mut letter: Letter) -> Letter {
		let dice = self.dice(12);
		if let RuntimeCall::Rollup(pallet_rollup::Call::commit_block { header, data }) =
			&mut letter.call
		{
			let part = &mut header.chains[(dice % 2) as usize];
			match dice {
				0 => header.number = BlockNumber(header.number.0 + 1),
				1 => header.parent[3] ^= 1,
				2 => header.revert_epoch += 1,
				3 => header.oracle_epoch += 1,
				4 => header.keys_digest[0] ^= 1,
				5 => part.new_root += ligature_primitives::poseidon::Word::from(1),
				6 => part.new_next += 1,
				7 => part.priority_count += 1,
				8 => part.data_commitment += ligature_primitives::poseidon::Word::from(1),
				9 => part.log_count += 2,
				10 => part.data_length += 1,
				_ => data.iter_mut().take(5).for_each(|byte| *byte ^= 0x10),
			}
		}
		letter
	}

	/// A sensible call inside of another one.
	pub(super) fn wrapped(&mut self) -> Letter {
		let Letter { chain, who, call } = self.sensible();
		let others = (0..self.dice(3)).map(|_| self.sensible()).filter(|it| it.chain == chain);
		let mut calls: Vec<_> = others.map(|letter| letter.call).collect();
		calls.insert(self.dice(calls.len() as u32 + 1) as usize, call.clone());
		let call: RuntimeCall = match self.dice(8) {
			0 | 1 => pallet_utility::Call::batch { calls }.into(),
			2 => pallet_utility::Call::batch_all { calls }.into(),
			3 => pallet_utility::Call::force_batch { calls }.into(),
			4 => pallet_utility::Call::as_derivative { index: 1, call: Box::new(call) }.into(),
			5 => {
				let as_origin = Box::new(OriginCaller::from(frame_system::RawOrigin::Root));
				pallet_utility::Call::dispatch_as { as_origin, call: Box::new(call) }.into()
			},
			6 => pallet_sudo::Call::sudo { call: Box::new(call) }.into(),
			_ => {
				let who = Address::Id(who.account());
				let call = pallet_sudo::Call::sudo_as { who, call: Box::new(call) };
				return Letter::new(chain, ALICE, call);
			},
		};
		let who = if is_allowed(who, &call) { who } else { self.story.user() };
		Letter::new(chain, who, call)
	}

	/// Random bytes that are a call; `None` if many were none.
	pub(super) fn garbage(&mut self) -> Option<Letter> {
		let (chain, who) = (self.story.chain(), self.anybody());
		for _ in 0..200 {
			let mut bytes = vec![0; self.dice(120) as usize + 2];
			self.story.rng.fill_bytes(&mut bytes);
			bytes[0] = self.story.one_of(&PALLETS);
			bytes[1] %= 24;
			// What is left over after a call is cut off.
			let mut input = &bytes[..];
			let call = RuntimeCall::decode_with_depth_limit(DEPTH, &mut input).ok();
			if let Some(call) = call.filter(|call| is_allowed(who, call)) {
				return Some(Letter::new(chain, who, call));
			}
		}
		None
	}

	/// Users, the operator, the guardian, and somebody who has nothing.
	fn anybody(&mut self) -> Person {
		match self.dice(10) {
			0 | 1 => ALICE,
			2 => BOB,
			3 => ONE,
			_ => self.story.user(),
		}
	}

	/// Changes some bytes, as transport and malice do.
	fn mutate(&mut self, bytes: &mut Vec<u8>) {
		for _ in 0..1 + self.dice(3) {
			// The first two say which call it is: another one is a matter of garbage.
			let at = 2 + self.dice(bytes.len().saturating_sub(2).max(1) as u32) as usize;
			let Some(byte) = bytes.get_mut(at) else { return };
			match self.dice(6) {
				0 | 1 => *byte ^= 1 << self.dice(8),
				2 => *byte = self.dice(256) as u8,
				3 => bytes.truncate(at),
				4 => bytes.insert(at, self.dice(256) as u8),
				_ => {
					bytes.remove(at);
				},
			}
		}
	}
}

fn decode(bytes: &[u8]) -> Option<RuntimeCall> {
	RuntimeCall::decode_all_with_depth_limit(DEPTH, &mut &bytes[..]).ok()
}
