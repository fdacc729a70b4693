// SPDX-License-Identifier: Apache-2.0

//! A runtime of this pallet, balances, and a small rollup.

mod rollup;

pub use rollup::RollupDouble;

use polkadot_sdk::*;

use crate as pallet_root_oracle;
use crate::{CertificateBytes, Error, MemberKey, Signature, Vote, ownership_message};
use frame_support::{
	derive_impl, parameter_types,
	traits::{ConstU32, ConstU128, Hooks, tokens::imbalance::ResolveTo},
	weights::Weight,
};
use frame_system::EnsureRoot;
use ligature_primitives::{
	header::{Header, Network, member_set_hash},
	ids::{BlockNumber, ChainId, NetworkId, Timestamp},
	poseidon::Word,
	vote::{Certificate, VoteKind, VoteMessage},
};
use pallet_rollup::{Balance, NetworkIdentity};
use sp_core::{Pair, ed25519};
use sp_runtime::{AccountId32, BuildStorage, Permill, traits::IdentityLookup};

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Oracle: pallet_root_oracle,
	}
);

/// The bond of a key.
pub const BOND: Balance = 1_000;

/// What every account has at genesis, bonds included.
pub const ENDOWMENT: Balance = 10_000;

/// Blocks of the chain for which changes are announced.
pub const NOTICE: u64 = 20;

/// The network of the tests.
pub const NETWORK: NetworkId = NetworkId(7);

parameter_types! {
	pub Treasury: AccountId32 = AccountId32::new([0xEE; 32]);
	pub RewardShare: Permill = Permill::from_percent(10);
}

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type AccountId = AccountId32;
	type Lookup = IdentityLookup<AccountId32>;
	type Block = frame_system::mocking::MockBlock<Test>;
	type AccountData = pallet_balances::AccountData<Balance>;
}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<200>;
	type AccountStore = System;
}

impl pallet_root_oracle::Config for Test {
	type AdminOrigin = EnsureRoot<AccountId32>;
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Rollup = RollupDouble;
	type Slashed = ResolveTo<Treasury, Balances>;
	type Bond = ConstU128<BOND>;
	type MaxMembers = ConstU32<12>;
	type MaxEpochs = ConstU32<4>;
	type KeepCertificates = ConstU32<3>;
	type RewardShare = RewardShare;
	type WeightInfo = ();
}

/// The key of this number; the account of the same number bonds it.
pub fn pair(number: u8) -> ed25519::Pair {
	ed25519::Pair::from_seed(&[number; 32])
}

/// The public key of this number.
pub fn key(number: u8) -> MemberKey {
	pair(number).public().0
}

/// The account of this number.
pub fn account(number: u8) -> AccountId32 {
	[number; 32].into()
}

/// The public keys of these numbers, ascending.
pub fn keys(numbers: &[u8]) -> Vec<MemberKey> {
	let mut keys: Vec<_> = numbers.iter().map(|number| key(*number)).collect();
	keys.sort_unstable();
	keys
}

/// The signature that lets an account bond a key.
pub fn ownership(number: u8, account: &AccountId32) -> Signature {
	pair(number).sign(&ownership_message(NETWORK, account.as_ref())).0
}

/// The vote of a member.
pub fn vote(number: u8, message: &VoteMessage) -> Box<Vote> {
	let signature = pair(number).sign(&message.encode()).0;
	Box::new(Vote { message: message.clone(), signature })
}

/// The certificate of these members, of whom these sign.
pub fn certificate_of(members: &[u8], signers: &[u8], message: &VoteMessage) -> Vec<u8> {
	let keys = keys(members);
	let mut signatures: Vec<_> = signers
		.iter()
		.map(|number| {
			let place = keys.binary_search(&key(*number)).expect("the signer is a member");
			(place as u16, vote(*number, message).signature)
		})
		.collect();
	signatures.sort_unstable();
	Certificate { message: message.clone(), signatures }
		.encode(keys.len() as u16)
		.expect("signers ascend and are members")
}

/// The bytes as the calls take them.
pub fn bounded(bytes: Vec<u8>) -> CertificateBytes<Test> {
	bytes.try_into().expect("no longer than a certificate of MaxMembers")
}

/// The error as calls give it.
pub fn error(error: Error<Test>) -> sp_runtime::DispatchError {
	error.into()
}

/// The header of a block, as of the epoch that the chain has for its number; `salt` tells blocks of
/// one number apart.
pub fn header(number: u64, salt: u64) -> Header {
	let epoch = Oracle::epoch_for(BlockNumber(number)).expect("there are members");
	let network = Network::new(NETWORK, vec![ChainId(1), ChainId(2)]).expect("valid");
	Header {
		number: BlockNumber(number),
		oracle_epoch: epoch.number,
		timestamp: Timestamp::new(salt).expect("a small number"),
		..Header::genesis(&network, [3; 32], epoch.hash, Word::from(5))
	}
}

/// A header with the epoch of these members.
pub fn header_of(members: &[u8], epoch: u32, number: u64, salt: u64) -> Header {
	let member_set_hash = member_set_hash(epoch, &keys(members));
	Header { oracle_epoch: epoch, member_set_hash, ..header(number, salt) }
}

/// "This block is proven and finalized on all chains."
pub fn block(number: u64) -> VoteMessage {
	VoteMessage::block(&header(number, 0))
}

/// A message of another kind about the block.
pub fn about(kind: VoteKind, chain: u8, number: u64) -> VoteMessage {
	VoteMessage::about(kind, ChainId(chain), &header(number, 0))
}

/// Brings blocks `1..=number` to this chain, proven.
pub fn prove_up_to(number: u64) {
	for number in 1..=number {
		let header = header(number, 0);
		RollupDouble::prove(header).expect("in order, and not refused");
	}
}

/// Bonds the key of this number by the account of the same number.
pub fn bond(number: u8) {
	let account = account(number);
	let ownership = ownership(number, &account);
	Oracle::bond(RuntimeOrigin::signed(account), key(number), ownership)
		.expect("the account has funds");
}

/// Schedules these members from this block of the rollup on.
pub fn schedule(first_block: u64, members: &[u8]) -> sp_runtime::DispatchResult {
	let members = keys(members).try_into().expect("no more than MaxMembers");
	Oracle::schedule_members(RuntimeOrigin::root(), BlockNumber(first_block), members)
}

/// Lets so many blocks of the chain pass, each with time to spare.
pub fn pass(blocks: u64) {
	for _ in 0..blocks {
		let now = System::block_number() + 1;
		System::set_block_number(now);
		Oracle::on_idle(now, Weight::MAX);
	}
}

/// The last event of this pallet.
pub fn last_event() -> pallet_root_oracle::Event<Test> {
	System::read_events_for_pallet().pop().expect("there was an event")
}

/// Builds chains.
pub struct ExtBuilder {
	members: Vec<u8>,
	chain: u8,
	network: bool,
}

impl Default for ExtBuilder {
	/// Chain 1 with the members 1 to 4.
	fn default() -> Self {
		Self { members: vec![1, 2, 3, 4], chain: 1, network: true }
	}
}

impl ExtBuilder {
	/// These members in epoch 0.
	pub fn members(self, members: &[u8]) -> Self {
		Self { members: members.to_vec(), ..self }
	}

	/// This chain of the network.
	pub fn chain(self, chain: u8) -> Self {
		Self { chain, ..self }
	}

	/// A chain that belongs to no network.
	pub fn no_network(self) -> Self {
		Self { network: false, ..self }
	}

	/// The chain.
	pub fn build(self) -> sp_io::TestExternalities {
		let members = self.members.iter().map(|i| (account(*i), pair(*i).public())).collect();
		let accounts = (1..=20).map(|i| (account(i), ENDOWMENT)).chain([(Treasury::get(), 200)]);
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: accounts.collect(),
				..Default::default()
			},
			oracle: pallet_root_oracle::GenesisConfig { members },
			..Default::default()
		};
		let storage = genesis.build_storage().expect("the genesis configuration is valid");
		let mut chain = sp_io::TestExternalities::new(storage);
		chain.execute_with(|| {
			System::set_block_number(1);
			let identity = self.network.then(|| NetworkIdentity {
				network: NETWORK,
				chain: ChainId(self.chain),
				chains: vec![ChainId(1), ChainId(2)].try_into().expect("two"),
			});
			RollupDouble::set(|state| state.identity = identity);
		});
		chain
	}

	/// Runs `test` on the chain and checks the state afterwards.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		execute(&mut self.build(), test);
	}
}

/// Runs `test` on a chain and checks the state afterwards.
pub fn execute(chain: &mut sp_io::TestExternalities, test: impl FnOnce()) {
	chain.execute_with(|| {
		test();
		Oracle::do_try_state().expect("the state holds its invariants");
	});
}

/// A chain whose keystore can sign.
#[cfg(feature = "runtime-benchmarks")]
pub fn keystore_ext() -> sp_io::TestExternalities {
	let keystore = sp_keystore::testing::MemoryKeystore::new();
	let mut chain = ExtBuilder::default().build();
	chain.register_extension(sp_keystore::KeystoreExt::new(keystore));
	chain
}
