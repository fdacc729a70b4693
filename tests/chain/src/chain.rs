// SPDX-License-Identifier: Apache-2.0

//! One chain: the runtime in memory, its blocks, its clock.

use polkadot_sdk::*;

use codec::Encode;
use frame_support::{
	storage::{TransactionOutcome, with_transaction},
	traits::PalletInfoAccess,
	weights::Weight,
};
use ligature_primitives::ids::ChainId;
use ligature_runtime::{
	Address, Amm, Balance, BlockNumber, Executive, Hash, Header, MILLISECS_PER_BLOCK, Moment,
	ProofVerifier, Rollup, RootOracle, RuntimeCall, RuntimeEvent, RuntimeGenesisConfig, Signature,
	SignedPayload, System, UncheckedExtrinsic, configs::tx_extension, presets::get_preset,
};
use serde_json::Value;
use sp_consensus_aura::{AURA_ENGINE_ID, Slot};
use sp_core::Blake2Hasher;
use sp_runtime::{
	ApplyExtrinsicResult, BuildStorage, Digest, DigestItem, DispatchError, DispatchResult,
	generic::Era,
	traits::Header as _,
	transaction_validity::{
		InvalidTransaction, TransactionSource, TransactionValidity, TransactionValidityError,
	},
};
use sp_state_machine::{Backend, InMemoryBackend};
use std::collections::BTreeMap;

use crate::people::{ALICE, Person};

/// When the chains begin, in milliseconds since 1970.
const START: Moment = 1_800_000_000_000;

/// What became of an extrinsic.
#[derive(Clone, Debug)]
#[must_use = "say what was expected: `ok`, `refused` or `invalid`"]
pub struct Applied {
	/// Why no block may hold it; or what the call said.
	pub outcome: Result<DispatchResult, TransactionValidityError>,
	/// What the signer paid in the end.
	pub fee: Balance,
	/// What the extrinsic left behind, in order.
	pub events: Vec<RuntimeEvent>,
}

impl Applied {
	/// Panics unless the call succeeded.
	#[track_caller]
	pub fn ok(self) -> Self {
		assert_eq!(self.outcome, Ok(Ok(())), "the call should have succeeded");
		self
	}

	/// Panics unless the call was refused for this reason, in a block and for a fee.
	#[track_caller]
	pub fn refused(self, error: impl Into<DispatchError>) -> Self {
		assert_eq!(self.outcome, Ok(Err(error.into())), "the call should have been refused");
		self.paid()
	}

	/// Panics unless no block may hold the extrinsic, for this reason.
	#[track_caller]
	pub fn invalid(self, why: InvalidTransaction) -> Self {
		assert_eq!(self.outcome, Err(TransactionValidityError::Invalid(why)));
		self
	}

	/// Whether the call succeeded.
	pub fn is_ok(&self) -> bool {
		self.outcome == Ok(Ok(()))
	}

	/// Panics unless the extrinsic left this event.
	#[track_caller]
	pub fn event(self, event: impl Into<RuntimeEvent>) -> Self {
		let event = event.into();
		assert!(self.events.contains(&event), "{event:?} is not among {:#?}", self.events);
		self
	}

	/// Panics unless the signer got the fee back.
	#[track_caller]
	pub fn free(self) -> Self {
		assert_eq!(self.fee, 0, "the fee should have come back");
		self
	}

	/// Panics if the signer paid nothing.
	#[track_caller]
	pub fn paid(self) -> Self {
		assert!(self.fee > 0, "the call should have cost something");
		self
	}
}

/// A chain of the development network, with a block that is open for extrinsics.
pub struct Chain {
	ext: sp_io::TestExternalities,
	id: ChainId,
	genesis: Hash,
	parent: Header,
	/// With which the open block began.
	opened: Header,
	now: Moment,
	/// Digest of the verifier's storage as it was checked last.
	checked_keys: Option<[u8; 32]>,
}

impl Chain {
	/// The genesis of a preset, and block 1 open.
	pub fn new(preset: &str, id: ChainId) -> Self {
		let storage = genesis(preset).build_storage().expect("the preset is a genesis");
		let ext = sp_io::TestExternalities::new(storage);
		let root = *ext.backend.root();
		let extrinsics = sp_io::trie::blake2_256_ordered_root(vec![], Default::default());
		let parent = Header::new(0, extrinsics, root, Hash::default(), Digest::default());
		let genesis = parent.hash();
		let opened = parent.clone();
		let mut chain = Self { ext, id, genesis, parent, opened, now: START, checked_keys: None };
		chain.open(1);
		chain
	}

	/// The number of the chain in the network.
	pub fn id(&self) -> ChainId {
		self.id
	}

	/// Hash of the genesis block.
	pub fn genesis(&self) -> Hash {
		self.genesis
	}

	/// The chain's clock, in seconds since 1970.
	pub fn seconds(&self) -> u64 {
		self.now / 1_000
	}

	/// Number of the open block.
	pub fn number(&self) -> BlockNumber {
		self.parent.number + 1
	}

	/// Reads, or does what no extrinsic could.
	pub fn with<R>(&mut self, f: impl FnOnce() -> R) -> R {
		self.ext.execute_with(f)
	}

	/// Opens the next block, `blocks` after the last one, and sets its time.
	fn open(&mut self, blocks: BlockNumber) {
		self.now += Moment::from(blocks) * MILLISECS_PER_BLOCK;
		self.parent.number += blocks - 1;
		let slot = Slot::from(self.now / MILLISECS_PER_BLOCK);
		let digest = Digest { logs: vec![DigestItem::PreRuntime(AURA_ENGINE_ID, slot.encode())] };
		let header = Header::new(
			self.number(),
			Hash::default(),
			Hash::default(),
			self.parent.hash(),
			digest,
		);
		let inherent = self.inherent();
		let last = self.parent.number;
		self.ext.execute_with(|| {
			// Of a long wait only the last block is made.
			System::set_block_number(last);
			Executive::initialize_block(&header);
			assert_eq!(Executive::apply_extrinsic(inherent), Ok(Ok(())), "time passes");
		});
		self.opened = header;
	}

	/// The inherent of the open block, which sets its time.
	pub fn inherent(&self) -> UncheckedExtrinsic {
		UncheckedExtrinsic::new_bare(pallet_timestamp::Call::set { now: self.now }.into())
	}

	/// The header with which the open block began, and the state that it began from: what it takes to execute its
	/// extrinsics elsewhere.
	pub fn opened(&self) -> (&Header, &InMemoryBackend<Blake2Hasher>) {
		(&self.opened, &self.ext.backend)
	}

	/// Closes the open block, checks the state, and opens the next.
	///
	/// # Panics
	///
	/// If a pallet finds its state to be wrong.
	#[track_caller]
	pub fn block(&mut self) {
		self.skip(1);
	}

	/// Lets `blocks` blocks go by, of which only the last exists: a long wait in no time.
	///
	/// # Panics
	///
	/// If a pallet finds its state to be wrong.
	#[track_caller]
	pub fn skip(&mut self, blocks: BlockNumber) {
		assert!(blocks > 0, "time goes forward");
		self.check_state();
		self.parent = self.ext.execute_with(Executive::finalize_block);
		self.ext.commit_all().expect("the state is in memory; qed");
		self.open(blocks);
	}

	/// What the rollup's pallets say about their state; with the feature `try-runtime`, what all pallets do.
	///
	/// # Panics
	///
	/// If one finds it to be wrong.
	#[track_caller]
	pub fn check_state(&mut self) {
		let number = self.number();
		let checked_keys = self.checked_keys;
		let check = || {
			Rollup::do_try_state()?;
			RootOracle::do_try_state()?;
			Amm::do_try_state()?;
			// Its check takes pairings: a state that has passed it is not checked again.
			let keys = storage_digest(ProofVerifier::name().as_bytes());
			if checked_keys != Some(keys) {
				ProofVerifier::do_try_state()?;
			}
			#[cfg(feature = "try-runtime")]
			{
				use frame_support::traits::{TryState, TryStateSelect::All};
				<ligature_runtime::AllPalletsWithSystem as TryState<BlockNumber>>::try_state(
					number, All,
				)?;
			}
			Ok::<_, sp_runtime::TryRuntimeError>(keys)
		};
		match self.ext.execute_with(check) {
			Ok(keys) => self.checked_keys = Some(keys),
			Err(error) => panic!("chain {} at block {number}: {error:?}", self.id),
		}
	}

	/// The extrinsic with which somebody makes a call now.
	pub fn extrinsic(&mut self, who: Person, call: impl Into<RuntimeCall>) -> UncheckedExtrinsic {
		let call = call.into();
		self.ext.execute_with(|| {
			let nonce = System::account_nonce(who.account());
			let extension = tx_extension(Era::Immortal, nonce);
			let payload = SignedPayload::new(call, extension).expect("implicit data is known; qed");
			let signature = payload.using_encoded(|bytes| Signature::from(who.0.sign(bytes)));
			let (call, extension, _) = payload.deconstruct();
			UncheckedExtrinsic::new_signed(call, Address::Id(who.account()), signature, extension)
		})
	}

	/// Sends a call into the open block; into the next one if it is full.
	#[track_caller]
	pub fn apply(&mut self, who: Person, call: impl Into<RuntimeCall>) -> Applied {
		let extrinsic = self.extrinsic(who, call);
		let applied = self.apply_extrinsic(extrinsic.clone());
		let full = TransactionValidityError::Invalid(InvalidTransaction::ExhaustsResources);
		if applied.outcome != Err(full) {
			return applied;
		}
		self.block();
		self.apply_extrinsic(extrinsic)
	}

	/// Puts an extrinsic into the open block.
	pub fn apply_extrinsic(&mut self, extrinsic: UncheckedExtrinsic) -> Applied {
		self.ext.execute_with(|| {
			let before = System::event_count() as usize;
			// As a block's author does: what no block may hold leaves no trace.
			let outcome = with_transaction(|| match Executive::apply_extrinsic(extrinsic) {
				Ok(outcome) => TransactionOutcome::Commit(Ok::<_, DispatchError>(Ok(outcome))),
				Err(invalid) => TransactionOutcome::Rollback(Ok(Err(invalid))),
			})
			.expect("the layers are not nested; qed");
			let events: Vec<RuntimeEvent> =
				System::read_events_no_consensus().skip(before).map(|r| r.event).collect();
			let fee = events.iter().find_map(|event| match event {
				RuntimeEvent::TransactionPayment(
					pallet_transaction_payment::Event::TransactionFeePaid { actual_fee, .. },
				) => Some(*actual_fee),
				_ => None,
			});
			Applied { outcome, fee: fee.unwrap_or(0), events }
		})
	}

	/// Says what a block would say to an extrinsic, which leaves no trace.
	pub fn try_extrinsic(&mut self, extrinsic: UncheckedExtrinsic) -> ApplyExtrinsicResult {
		self.ext.execute_with(|| {
			with_transaction(|| {
				let result = Executive::apply_extrinsic(extrinsic);
				TransactionOutcome::Rollback(Ok::<_, DispatchError>(result))
			})
			.expect("nothing fails but the extrinsic; qed")
		})
	}

	/// What the open block has changed so far: keys, and their values now.
	pub fn changes(&mut self) -> BTreeMap<Vec<u8>, Option<Vec<u8>>> {
		let overlay = self.ext.overlayed_changes();
		let keys: Vec<Vec<u8>> = overlay.changes().map(|(key, _)| key.clone()).collect();
		self.ext.execute_with(|| {
			let value = |key: &[u8]| sp_io::storage::get(key).map(|value| value.to_vec());
			keys.into_iter().map(|key| (key.clone(), value(&key))).collect()
		})
	}

	/// What stood at a key when the open block began.
	pub fn value_before(&self, key: &[u8]) -> Option<Vec<u8>> {
		self.ext.backend.storage(key).expect("the state is in memory; qed")
	}

	/// What the transaction pool says to a call.
	pub fn pool(&mut self, who: Person, call: impl Into<RuntimeCall>) -> TransactionValidity {
		let extrinsic = self.extrinsic(who, call);
		self.pool_extrinsic(extrinsic)
	}

	/// What the transaction pool says to an extrinsic.
	pub fn pool_extrinsic(&mut self, extrinsic: UncheckedExtrinsic) -> TransactionValidity {
		let parent = self.parent.hash();
		self.ext.execute_with(|| {
			with_transaction(|| {
				let validity =
					Executive::validate_transaction(TransactionSource::External, extrinsic, parent);
				TransactionOutcome::Rollback(Ok::<_, DispatchError>(validity))
			})
			.expect("nothing fails but the transaction; qed")
		})
	}

	/// Makes a call with the root origin, through the sudo pallet.
	///
	/// # Panics
	///
	/// If the extrinsic around the call fails.
	#[track_caller]
	pub fn root(&mut self, call: impl Into<RuntimeCall>) -> DispatchResult {
		let call = pallet_sudo::Call::sudo { call: Box::new(call.into()) };
		let applied = self.apply(ALICE, call).ok();
		let result = applied.events.iter().find_map(|event| match event {
			RuntimeEvent::Sudo(pallet_sudo::Event::Sudid { sudo_result }) => Some(*sudo_result),
			_ => None,
		});
		result.expect("sudo tells the outcome; qed")
	}

	/// Native balance of an account, without what is on hold.
	pub fn balance(&mut self, who: &ligature_runtime::AccountId) -> Balance {
		self.with(|| ligature_runtime::Balances::free_balance(who))
	}

	/// Weight of all extrinsics of the open block so far.
	pub fn weight(&mut self) -> Weight {
		self.with(|| System::block_weight().total())
	}
}

/// Digest of everything that a pallet stores.
fn storage_digest(pallet: &[u8]) -> [u8; 32] {
	let prefix = sp_io::hashing::twox_128(pallet);
	let (mut key, mut all) = (prefix.to_vec(), Vec::new());
	while let Some(next) = sp_io::storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
		all.extend((&next, sp_io::storage::get(&next)).encode());
		key = next;
	}
	sp_io::hashing::blake2_256(&all)
}

/// The genesis of a preset: its patch laid over the defaults.
///
/// # Panics
///
/// If there is no such preset.
pub fn genesis(preset: &str) -> RuntimeGenesisConfig {
	let patch = get_preset(&preset.into()).expect("the preset exists");
	let mut config =
		serde_json::to_value(RuntimeGenesisConfig::default()).expect("it can be written; qed");
	merge(&mut config, serde_json::from_slice(&patch).expect("presets are JSON; qed"));
	serde_json::from_value(config).expect("a preset is a genesis configuration; qed")
}

/// Lays a patch over a configuration (RFC 7396).
fn merge(base: &mut Value, patch: Value) {
	match (base, patch) {
		(Value::Object(base), Value::Object(patch)) => {
			for (key, value) in patch {
				merge(base.entry(key).or_insert(Value::Null), value);
			}
		},
		(base, patch) => *base = patch,
	}
}
