// SPDX-License-Identifier: Apache-2.0

//! A runtime of this pallet, balances, and a queue of requests.

use polkadot_sdk::*;

use crate as pallet_amm;
use codec::{Decode, Encode};
use frame_support::{derive_impl, ensure, traits::ConstU128, weights::Weight};
use ligature_primitives::{
	amount::Amount,
	header::Network,
	ids::{ChainId, NetworkId, PoolSlot, Side, TokenId},
	pool::PoolParams,
	priority::PriorityRequest,
	pubdata::Register,
};
use pallet_rollup::{
	Balance, Counters, NetworkIdentity,
	traits::{Lifecycle, RequestQueue},
};
use sp_runtime::{
	AccountId32, BuildStorage, DispatchError, DispatchResult, traits::IdentityLookup,
};

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Balances: pallet_balances,
		Amm: pallet_amm,
	}
);

/// The deposit of a side.
pub const DEPOSIT: Balance = 100;

/// What the accounts 1 and 2 have at genesis.
pub const ENDOWMENT: Balance = 1_000_000;

/// Weight of a request.
pub const REQUEST: Weight = Weight::from_parts(10_000, 0);

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
	type ExistentialDeposit = ConstU128<1>;
	type AccountStore = System;
}

impl pallet_amm::Config for Test {
	type Currency = Balances;
	type RuntimeHoldReason = RuntimeHoldReason;
	type Rollup = RollupDouble;
	type PoolDeposit = ConstU128<DEPOSIT>;
	type WeightInfo = ();
}

/// A rollup that queues requests and knows the tokens 0 and 1.
pub struct RollupDouble;

/// What it knows.
#[derive(Clone, Default, Encode, Decode)]
pub struct State {
	pub identity: Option<NetworkIdentity>,
	pub counters: Counters,
	pub in_exodus: bool,
	pub exits_open: bool,
	pub full: bool,
	pub requests: Vec<(AccountId32, PriorityRequest)>,
}

#[frame_support::storage_alias]
type Rollup = StorageValue<RollupDouble, State, frame_support::pallet_prelude::ValueQuery>;

impl RollupDouble {
	/// Changes what the rollup knows.
	pub fn set(change: impl FnOnce(&mut State)) {
		Rollup::mutate(change);
	}

	/// What is asked for.
	pub fn requests() -> Vec<(AccountId32, PriorityRequest)> {
		Rollup::get().requests
	}
}

impl RequestQueue<AccountId32> for RollupDouble {
	fn network() -> Result<(Network, ChainId), DispatchError> {
		let identity = Rollup::get().identity.ok_or(DispatchError::Other("NoNetwork"))?;
		let network = identity.network().map_err(|_| DispatchError::Corruption)?;
		Ok((network, identity.chain))
	}

	fn is_token(token: TokenId) -> bool {
		token.0 <= 1
	}

	fn request(payer: &AccountId32, request: PriorityRequest) -> Result<u64, DispatchError> {
		Rollup::try_mutate(|state| {
			ensure!(!state.in_exodus, DispatchError::Other("InExodus"));
			ensure!(!state.full, DispatchError::Other("QueueFull"));
			state.requests.push((payer.clone(), request));
			Ok(state.requests.len() as u64 - 1)
		})
	}

	fn request_weight() -> Weight {
		REQUEST
	}
}

impl Lifecycle<u64> for RollupDouble {
	fn identity() -> Option<NetworkIdentity> {
		Rollup::get().identity
	}

	fn counters() -> Counters {
		Rollup::get().counters
	}

	fn in_exodus() -> bool {
		Rollup::get().in_exodus
	}

	fn exits_open() -> bool {
		Rollup::get().exits_open
	}

	fn notice() -> u64 {
		20
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn open_for_benchmarks() {
		Self::set(|state| {
			state.identity.get_or_insert_with(|| identity(1));
		});
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn end_for_benchmarks() {
		Self::set(|state| {
			state.in_exodus = true;
			state.exits_open = true;
		});
	}
}

fn identity(chain: u8) -> NetworkIdentity {
	NetworkIdentity {
		network: NetworkId(7),
		chain: ChainId(chain),
		chains: vec![ChainId(1), ChainId(2)].try_into().expect("two"),
	}
}

/// A pool between token 1 of chain 1 and token 5 of chain 2.
pub const PARAMS: PoolParams = PoolParams {
	chain0: ChainId(1),
	token0: TokenId(1),
	chain1: ChainId(2),
	token1: TokenId(5),
	fee_bps: 30,
};

/// The account of this number.
pub fn account(number: u8) -> AccountId32 {
	[number; 32].into()
}

/// An amount.
pub fn amount(value: u128) -> Amount {
	Amount::new(value).expect("below 2^112")
}

/// Account 1 asks for a side of a pool.
pub fn create(params: PoolParams, side: Side) -> DispatchResult {
	Amm::create_pool(RuntimeOrigin::signed(account(1)), params, side)
}

/// A block of the rollup is executed.
pub fn executed(number: u64, created: &[u16], registers: &[(u16, u128, u128)]) {
	use ligature_primitives::ids::BlockNumber;
	use pallet_rollup::traits::PoolRegistry;

	let created: Vec<_> = created.iter().copied().map(PoolSlot).collect();
	let registers: Vec<_> = registers
		.iter()
		.map(|(slot, own, foreign)| Register {
			slot: PoolSlot(*slot),
			own: amount(*own),
			foreign: amount(*foreign),
		})
		.collect();
	RollupDouble::set(|state| state.counters.executed = BlockNumber(number));
	Amm::on_executed(BlockNumber(number), &created, &registers);
}

/// The events of this pallet since the last time.
pub fn events() -> Vec<pallet_amm::Event<Test>> {
	let events = System::read_events_for_pallet();
	System::reset_events();
	events
}

/// Builds chains.
pub struct ExtBuilder {
	chain: Option<u8>,
}

impl Default for ExtBuilder {
	/// Chain 1 of two.
	fn default() -> Self {
		Self { chain: Some(1) }
	}
}

impl ExtBuilder {
	/// This chain of the network, or one that belongs to none.
	pub fn chain(chain: Option<u8>) -> Self {
		Self { chain }
	}

	/// The chain.
	pub fn build(self) -> sp_io::TestExternalities {
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: vec![(account(1), ENDOWMENT), (account(2), ENDOWMENT)],
				..Default::default()
			},
			..Default::default()
		};
		let storage = genesis.build_storage().expect("the genesis configuration is valid");
		let mut chain = sp_io::TestExternalities::new(storage);
		chain.execute_with(|| {
			System::set_block_number(1);
			RollupDouble::set(|state| state.identity = self.chain.map(identity));
		});
		chain
	}

	/// Runs `test` on the chain and checks the state afterwards.
	pub fn build_and_execute(self, test: impl FnOnce()) {
		self.build().execute_with(|| {
			test();
			Amm::do_try_state().expect("the state holds its invariants");
		});
	}
}
