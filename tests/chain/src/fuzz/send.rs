// SPDX-License-Identifier: Apache-2.0

//! Sending a call, and what must be true of the state then: a call that is refused has left nothing behind but what
//! it cost.

use polkadot_sdk::*;

use codec::Decode;
use frame_support::traits::GetCallMetadata;
use ligature_primitives::ids::ChainId;
use ligature_runtime::{Balance, Nonce, Runtime, RuntimeCall, RuntimeEvent};
use sp_runtime::{
	DispatchResult,
	transaction_validity::{InvalidTransaction, TransactionValidityError},
};
use std::collections::BTreeMap;

use super::{Fuzz, Letter};
use crate::{chain::Applied, people::Person};

type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;
type Account = frame_system::AccountInfo<Nonce, pallet_balances::AccountData<Balance>>;

/// What every extrinsic changes of frame-system, beside the account of who sends it.
const ACCOUNTING: [&str; 9] = [
	"BlockWeight",
	"BlockSize",
	"EventCount",
	"EventTopics",
	"Events",
	"ExecutionPhase",
	"ExtrinsicData",
	"ExtrinsicWeightReclaimed",
	"InherentsApplied",
];

fn prefix(pallet: &str, item: &str) -> Vec<u8> {
	let hash = |name: &str| sp_io::hashing::twox_128(name.as_bytes());
	[hash(pallet), hash(item)].concat()
}

/// Whether a key holds what is counted of every extrinsic.
fn is_accounting(key: &[u8]) -> bool {
	key == b":extrinsic_index"
		|| ACCOUNTING.iter().any(|item| key.starts_with(&prefix("System", item)))
}

/// What the call inside said, if root or somebody else was made to say it; otherwise what the call said.
fn inner_outcome(applied: &Applied) -> Option<DispatchResult> {
	let outcome = (*applied.outcome.as_ref().ok()?).map(|()| {
		applied.events.iter().find_map(|event| match event {
			RuntimeEvent::Sudo(
				pallet_sudo::Event::Sudid { sudo_result }
				| pallet_sudo::Event::SudoAsDone { sudo_result },
			) => Some(*sudo_result),
			_ => None,
		})
	});
	Some(outcome.and_then(|inner| inner.unwrap_or(Ok(()))))
}

/// The call that is made in the end, if root or somebody else is made to say it.
fn inner(call: &RuntimeCall) -> &RuntimeCall {
	match call {
		RuntimeCall::Sudo(
			pallet_sudo::Call::sudo { call } | pallet_sudo::Call::sudo_as { call, .. },
		) => call,
		_ => call,
	}
}

impl Fuzz {
	/// Sends a call, checks everything, and says whether the call has succeeded: also the one inside, if root or
	/// somebody else was made to say it.
	pub(super) fn post(&mut self, letter: Letter) -> bool {
		self.trace.sends(&letter);
		let chain = self.network.chain(letter.chain);
		let extrinsic = chain.extrinsic(letter.who, letter.call.clone());
		let mut before = chain.changes();
		let mut applied = chain.apply_extrinsic(extrinsic.clone());
		let full = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
		if applied.outcome == Err(full) {
			chain.block();
			before = chain.changes();
			applied = chain.apply_extrinsic(extrinsic);
		}
		self.trace.applied(&applied);
		let outcome = inner_outcome(&applied);
		match outcome {
			None => {
				self.report.invalid += 1;
				let after = self.network.chain(letter.chain).changes();
				assert_eq!(before, after, "what no block may hold has left something");
			},
			Some(Err(_)) => {
				self.report.refused += 1;
				self.check_untouched(&letter, &before, applied.fee);
			},
			Some(Ok(())) => {
				self.report.taken += 1;
				self.note_success(letter.chain, inner(&letter.call));
			},
		}
		self.check(letter.chain);
		outcome == Some(Ok(()))
	}

	/// Sends a call that must succeed.
	#[track_caller]
	pub(super) fn must(&mut self, letter: Letter) {
		let name = letter.call.get_call_metadata();
		assert!(self.post(letter), "{name:?} is possible here");
	}

	fn note_success(&mut self, chain: ChainId, call: &RuntimeCall) {
		let name = call.get_call_metadata();
		self.report.reached.insert((name.pallet_name, name.function_name));
		self.shadows[Self::place(chain)].note_success(call);
	}

	/// That a refused call has changed nothing but the accounting of the block, what the sender has paid, and
	/// the count of what the sender has sent.
	fn check_untouched(&mut self, letter: &Letter, before: &Changes, fee: Balance) {
		let chain = self.network.chain(letter.chain);
		let after = chain.changes();
		let sender = frame_system::Account::<Runtime>::hashed_key_for(letter.who.account());
		let issuance = pallet_balances::TotalIssuance::<Runtime>::hashed_key().to_vec();
		for (key, value) in after {
			let old = before.get(&key).cloned().unwrap_or_else(|| chain.value_before(&key));
			if old == value || is_accounting(&key) {
				continue;
			}
			if key == sender {
				check_payer(letter.who, old, value, fee);
			} else if key == issuance {
				// Fees are burnt.
				assert_eq!(number(value) + fee, number(old), "the total issuance");
			} else {
				panic!("a refused call has changed {}: {old:?} to {value:?}", hex(&key));
			}
		}
	}
}

/// That an account has paid the fee and nothing else, and has sent one extrinsic more.
fn check_payer(who: Person, before: Option<Vec<u8>>, after: Option<Vec<u8>>, fee: Balance) {
	let decode = |value: Option<Vec<u8>>| {
		Account::decode(&mut &value.expect("who pays a fee exists")[..]).expect("it is an account")
	};
	let mut expected = decode(before);
	expected.data.free -= fee;
	expected.nonce += 1;
	assert_eq!(decode(after), expected, "account of {:?}", who.0);
}

fn number(value: Option<Vec<u8>>) -> Balance {
	Balance::decode(&mut &value.expect("there is an issuance")[..]).expect("it is a number")
}

fn hex(bytes: &[u8]) -> String {
	bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
