// SPDX-License-Identifier: Apache-2.0

//! A runtime of this pallet with real tokens and a real clock. The neighbours are small: they answer
//! what a test sets, and record what they are asked.

use polkadot_sdk::*;

use crate as pallet_rollup;
use crate::{
	CircuitId, CreditOf, GenesisIdentity, Parameters, ProofBytes,
	traits::{OracleEpochs, PoolRegistry, ProofClaim, ProofVerification},
};
use frame_support::{
	PalletId, derive_impl,
	dispatch::DispatchResult,
	parameter_types,
	traits::{
		AsEnsureOriginWithArg, ConstU32, ConstU128, OnUnbalanced, fungibles,
		tokens::{
			DepositConsequence, Fortitude, Preservation, Provenance, WithdrawConsequence,
			fungibles::Dust,
		},
	},
	weights::Weight,
};
use frame_system::{
	EnsureRoot, EnsureSigned,
	offchain::{AppCrypto, CreateSignedTransaction, CreateTransactionBase, SigningTypes},
};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	header::{Digest, member_set_hash},
	ids::{BlockNumber, PoolSlot},
	poseidon::Word,
	pubdata::Register,
};
use sp_runtime::{
	AccountId32, BuildStorage, DispatchError, MultiSignature, MultiSigner,
	app_crypto::{app_crypto, sr25519},
	testing::TestXt,
	traits::IdentityLookup,
};

pub type AccountId = AccountId32;
pub type Balance = crate::Balance;

frame_support::construct_runtime!(
	pub enum Test {
		System: frame_system,
		Timestamp: pallet_timestamp,
		Balances: pallet_balances,
		Assets: pallet_assets,
		Rollup: pallet_rollup,
	}
);

#[derive_impl(frame_system::config_preludes::TestDefaultConfig)]
impl frame_system::Config for Test {
	type Block = frame_system::mocking::MockBlock<Test>;
	type AccountId = AccountId;
	type Lookup = IdentityLookup<AccountId>;
	type AccountData = pallet_balances::AccountData<Balance>;
	type OnSetCode = crate::DelayedCode<Test>;
}

#[derive_impl(pallet_timestamp::config_preludes::TestDefaultConfig)]
impl pallet_timestamp::Config for Test {}

#[derive_impl(pallet_balances::config_preludes::TestDefaultConfig)]
impl pallet_balances::Config for Test {
	type Balance = Balance;
	type ExistentialDeposit = ConstU128<EXISTENTIAL_DEPOSIT>;
	type AccountStore = System;
}

#[derive_impl(pallet_assets::config_preludes::TestDefaultConfig)]
impl pallet_assets::Config for Test {
	type Balance = Balance;
	type Currency = Balances;
	type CreateOrigin = AsEnsureOriginWithArg<EnsureSigned<AccountId>>;
	type ForceOrigin = EnsureRoot<AccountId>;
}

parameter_types! {
	pub const RollupPalletId: PalletId = PalletId(*b"ligature");
}

impl pallet_rollup::Config for Test {
	type AdminOrigin = EnsureRoot<AccountId>;
	type NativeToken = Balances;
	type Assets = TaxedAssets;
	type Time = Timestamp;
	type Proofs = TestProofs;
	type Oracle = TestOracle;
	type Pools = TestPools;
	type RequestFees = Treasury;
	type ProverId = ProverId;
	type RequestPrice = ConstU128<REQUEST_PRICE>;
	type MaxQueue = ConstU32<MAX_QUEUE>;
	type MaxOpenBlocks = ConstU32<MAX_OPEN_BLOCKS>;
	type KeepBlocks = ConstU32<KEEP_BLOCKS>;
	type MaxOperators = ConstU32<4>;
	type TurnLength = ConstU32<TURN_LENGTH>;
	type PalletId = RollupPalletId;
	type WeightInfo = ();
	#[cfg(feature = "runtime-benchmarks")]
	type BenchmarkHelper = BenchmarkHelper;
}

/// Names the asset that is not registered yet.
#[cfg(feature = "runtime-benchmarks")]
pub struct BenchmarkHelper;

#[cfg(feature = "runtime-benchmarks")]
impl crate::benchmarking::BenchmarkHelper<Test> for BenchmarkHelper {
	fn create_asset() -> u32 {
		LOOSE
	}

	fn set_time(seconds: u64) {
		pallet_timestamp::Now::<Test>::put(1_000 * seconds);
	}
}

/// Least balance of the native token.
pub const EXISTENTIAL_DEPOSIT: Balance = 10;
/// Least balance of every asset.
pub const MINIMUM: Balance = 5;
/// What a request costs when the queue is empty.
pub const REQUEST_PRICE: Balance = 100;
/// Most requests in the queue.
pub const MAX_QUEUE: u32 = 200;
/// Most blocks that are not executed.
pub const MAX_OPEN_BLOCKS: u32 = 6;
/// Executed blocks that are remembered.
pub const KEEP_BLOCKS: u32 = 3;
/// Blocks of the rollup in an operator's turn.
pub const TURN_LENGTH: u32 = 10;
/// What everybody has of every token.
pub const ENDOWMENT: Balance = 1 << 120;
/// The extrinsic in which tests send what must be one.
pub const EXTRINSIC: u32 = 3;
/// Time at genesis, in seconds since 1970.
pub const START: u64 = 1_700_000_000;

/// The asset that is token 1 from genesis on.
pub const COIN: u32 = 7;
/// The asset that is token 2 from genesis on: an account that does not exist cannot get it.
pub const SHELL: u32 = 8;
/// An asset that is not registered; custody holds its least balance.
pub const LOOSE: u32 = 9;

pub const PERIODS: Parameters<u64> = Parameters {
	expiry: 100,
	service_interval: 2,
	execute_grace: 10,
	turn_grace: 20,
	exodus_timeout: 50,
	exit_time: 80,
	notice: 200,
};

/// A person's L1 account.
pub fn account(person: u8) -> AccountId {
	AccountId32::new([person; 32])
}

/// Persons 1 to 5 have [`ENDOWMENT`] of every token.
pub const PERSONS: core::ops::RangeInclusive<u8> = 1..=5;

/// The operators of [`ExtBuilder`], in the order of their turns.
pub fn operators() -> Vec<AccountId> {
	vec![account(100), account(101)]
}

/// The guardian of [`ExtBuilder`].
pub fn guardian() -> AccountId {
	account(110)
}

/// A claim: circuit, public input, proof.
pub type Claim = (CircuitId, Word, ProofBytes);

parameter_types! {
	/// What [`TestProofs`] says of keys.
	pub static KeysAnswer: Result<Digest, DispatchError> = Ok([42; 32]);
	/// What [`TestProofs`] says of proofs.
	pub static VerifyAnswer: DispatchResult = Ok(());
	/// What [`TestProofs`] was asked to verify.
	pub static Verified: Vec<(u16, Vec<Claim>)> = Vec::new();
	/// What [`TestProofs`] was asked about keys.
	pub static KeysAsked: Vec<(u16, JoinClass, Vec<SizeClass>)> = Vec::new();
	/// The epoch that [`TestOracle`] names for every block.
	pub static OracleAnswer: Result<(u32, Digest), DispatchError> = Ok((0, members()));
	/// Slots at which [`TestPools`] knows a pool.
	pub static HomePools: Vec<PoolSlot> = Vec::new();
	/// What [`TestPools`] was told.
	pub static PoolsTold: Vec<(BlockNumber, Vec<PoolSlot>, Vec<Register>)> = Vec::new();
	/// What requests have cost.
	pub static Collected: Balance = 0;
	/// An asset of which custody gets one less than was sent.
	pub static TaxedAsset: Option<u32> = None;
}

/// The hash of the oracles' members.
pub fn members() -> Digest {
	member_set_hash(0, &[[1; 32], [2; 32], [3; 32], [4; 32]])
}

/// Answers [`KeysAnswer`] and [`VerifyAnswer`].
pub struct TestProofs;

impl ProofVerification for TestProofs {
	fn keys_digest(
		version: u16,
		join: JoinClass,
		chains: &[SizeClass],
	) -> Result<Digest, DispatchError> {
		KeysAsked::mutate(|asked| asked.push((version, join, chains.to_vec())));
		KeysAnswer::get()
	}

	fn verify(version: u16, claims: &[ProofClaim<'_>]) -> DispatchResult {
		let claims =
			claims.iter().map(|claim| (claim.circuit, claim.input, *claim.proof)).collect();
		Verified::mutate(|verified| verified.push((version, claims)));
		VerifyAnswer::get()
	}

	fn keys_digest_weight() -> Weight {
		Weight::from_parts(3, 0)
	}

	fn verify_weight(claims: u32) -> Weight {
		Weight::from_parts(5 * u64::from(claims), 0)
	}

	#[cfg(feature = "runtime-benchmarks")]
	fn setup_for_benchmarks(_: u16) {
		KeysAnswer::set(Ok([42; 32]));
	}
}

/// Answers [`OracleAnswer`].
pub struct TestOracle;

impl OracleEpochs for TestOracle {
	fn epoch_of(_: BlockNumber) -> Result<(u32, Digest), DispatchError> {
		OracleAnswer::get()
	}

	fn epoch_of_weight() -> Weight {
		Weight::from_parts(7, 0)
	}
}

/// Knows [`HomePools`].
pub struct TestPools;

impl PoolRegistry for TestPools {
	fn is_home_pool(slot: PoolSlot) -> bool {
		HomePools::get().contains(&slot)
	}

	fn on_executed(number: BlockNumber, created: &[PoolSlot], registers: &[Register]) {
		PoolsTold::mutate(|told| told.push((number, created.to_vec(), registers.to_vec())));
	}

	fn on_executed_weight(created: u32, registers: u32) -> Weight {
		Weight::from_parts(11 * u64::from(created + registers), 0)
	}
}

/// Counts what requests cost, and burns it.
pub struct Treasury;

impl OnUnbalanced<CreditOf<Test>> for Treasury {
	fn on_nonzero_unbalanced(credit: CreditOf<Test>) {
		Collected::mutate(|sum| *sum += frame_support::traits::Imbalance::peek(&credit));
	}
}

/// `pallet-assets`, of which one asset keeps a unit of each transfer for itself.
pub struct TaxedAssets;

impl fungibles::Inspect<AccountId> for TaxedAssets {
	type AssetId = u32;
	type Balance = Balance;

	fn total_issuance(asset: u32) -> Balance {
		<Assets as fungibles::Inspect<_>>::total_issuance(asset)
	}
	fn minimum_balance(asset: u32) -> Balance {
		<Assets as fungibles::Inspect<_>>::minimum_balance(asset)
	}
	fn total_balance(asset: u32, who: &AccountId) -> Balance {
		<Assets as fungibles::Inspect<_>>::total_balance(asset, who)
	}
	fn balance(asset: u32, who: &AccountId) -> Balance {
		<Assets as fungibles::Inspect<_>>::balance(asset, who)
	}
	fn reducible_balance(
		asset: u32,
		who: &AccountId,
		preservation: Preservation,
		force: Fortitude,
	) -> Balance {
		<Assets as fungibles::Inspect<_>>::reducible_balance(asset, who, preservation, force)
	}
	fn can_deposit(
		asset: u32,
		who: &AccountId,
		amount: Balance,
		provenance: Provenance,
	) -> DepositConsequence {
		<Assets as fungibles::Inspect<_>>::can_deposit(asset, who, amount, provenance)
	}
	fn can_withdraw(asset: u32, who: &AccountId, amount: Balance) -> WithdrawConsequence<Balance> {
		<Assets as fungibles::Inspect<_>>::can_withdraw(asset, who, amount)
	}
	fn asset_exists(asset: u32) -> bool {
		<Assets as fungibles::Inspect<_>>::asset_exists(asset)
	}
}

impl fungibles::Unbalanced<AccountId> for TaxedAssets {
	fn handle_dust(dust: Dust<AccountId, Self>) {
		<Assets as fungibles::Unbalanced<_>>::handle_dust(Dust(dust.0, dust.1));
	}
	fn write_balance(
		asset: u32,
		who: &AccountId,
		amount: Balance,
	) -> Result<Option<Balance>, DispatchError> {
		<Assets as fungibles::Unbalanced<_>>::write_balance(asset, who, amount)
	}
	fn set_total_issuance(asset: u32, amount: Balance) {
		<Assets as fungibles::Unbalanced<_>>::set_total_issuance(asset, amount);
	}
}

impl fungibles::Mutate<AccountId> for TaxedAssets {
	fn transfer(
		asset: u32,
		from: &AccountId,
		to: &AccountId,
		amount: Balance,
		preservation: Preservation,
	) -> Result<Balance, DispatchError> {
		let taxed = TaxedAsset::get() == Some(asset);
		let tax = Balance::from(taxed);
		<Assets as fungibles::Mutate<_>>::transfer(asset, from, to, amount - tax, preservation)
	}
}

app_crypto!(sr25519, sp_core::crypto::KeyTypeId(*b"lprv"));

/// Signs what the off-chain worker sends.
pub struct ProverId;

impl AppCrypto<MultiSigner, MultiSignature> for ProverId {
	type RuntimeAppPublic = Public;
	type GenericPublic = sp_core::sr25519::Public;
	type GenericSignature = sp_core::sr25519::Signature;
}

/// What the off-chain worker sends.
pub type Extrinsic = TestXt<RuntimeCall, ()>;

impl SigningTypes for Test {
	type Public = MultiSigner;
	type Signature = MultiSignature;
}

impl<LocalCall> CreateTransactionBase<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	type RuntimeCall = RuntimeCall;
	type Extrinsic = Extrinsic;
}

impl<LocalCall> CreateSignedTransaction<LocalCall> for Test
where
	RuntimeCall: From<LocalCall>,
{
	fn create_signed_transaction<C: AppCrypto<Self::Public, Self::Signature>>(
		call: RuntimeCall,
		_public: Self::Public,
		_account: AccountId,
		nonce: u32,
	) -> Option<Extrinsic> {
		Some(Extrinsic::new_signed(call, nonce.into(), (), ()))
	}
}

/// The chain at its beginning.
pub struct ExtBuilder {
	/// This chain in network 7 of chains 1 and 2; `None`: no network.
	pub chain: Option<u8>,
	/// Whether the network is open.
	pub open: bool,
	/// Periods.
	pub periods: Parameters<u64>,
}

impl Default for ExtBuilder {
	fn default() -> Self {
		Self { chain: Some(1), open: true, periods: PERIODS }
	}
}

impl ExtBuilder {
	/// A chain of no network.
	pub fn alone() -> Self {
		Self { chain: None, open: false, ..Self::default() }
	}

	/// Another place in the network.
	pub fn chain(self, chain: u8) -> Self {
		Self { chain: Some(chain), ..self }
	}

	/// The network is not open.
	pub fn closed(self) -> Self {
		Self { open: false, ..self }
	}

	/// What the chain specification says of the rollup.
	pub fn genesis(&self) -> pallet_rollup::GenesisConfig<Test> {
		let Some(chain) = self.chain else { return Default::default() };
		pallet_rollup::GenesisConfig {
			identity: Some(GenesisIdentity { network: 7, chain, chains: vec![1, 2] }),
			parameters: Some(self.periods),
			operators: operators(),
			guardian: Some(guardian()),
			assets: vec![COIN, SHELL],
		}
	}

	/// The chain in block 1; `rollup` is what the specification says of the rollup.
	pub fn build_with(
		self,
		rollup: pallet_rollup::GenesisConfig<Test>,
	) -> sp_io::TestExternalities {
		let custody = Rollup::custody_account();
		let persons: Vec<_> = PERSONS.chain([100, 101, 110]).map(account).collect();
		let native = persons.iter().map(|who| (who.clone(), ENDOWMENT));
		let owners = [(COIN, true), (SHELL, false), (LOOSE, true)];
		let seeds = owners.iter().map(|(asset, _)| (*asset, custody.clone(), MINIMUM));
		let assets = owners.iter().flat_map(|(asset, _)| {
			persons.iter().map(|who| (*asset, who.clone(), ENDOWMENT)).collect::<Vec<_>>()
		});
		let genesis = RuntimeGenesisConfig {
			balances: pallet_balances::GenesisConfig {
				balances: native.chain([(custody.clone(), EXISTENTIAL_DEPOSIT)]).collect(),
				..Default::default()
			},
			assets: pallet_assets::GenesisConfig {
				assets: owners
					.iter()
					.map(|(asset, sufficient)| (*asset, account(1), *sufficient, MINIMUM))
					.collect(),
				accounts: assets.chain(seeds).collect(),
				..Default::default()
			},
			rollup,
			..Default::default()
		};
		let storage =
			genesis.build_storage().expect("the genesis configuration is plain data; qed");
		let mut externalities = sp_io::TestExternalities::new(storage);
		externalities.execute_with(|| {
			System::set_block_number(1);
			// Every call of a test is the same extrinsic: what sets its index changes no storage.
			System::set_extrinsic_index(EXTRINSIC);
			pallet_timestamp::Now::<Test>::put(START * 1_000);
			if self.open {
				open_network().expect("genesis has set the identity");
			}
			System::reset_events();
		});
		externalities
	}

	/// The chain in block 1.
	pub fn build(self) -> sp_io::TestExternalities {
		let rollup = self.genesis();
		self.build_with(rollup)
	}

	/// Runs a test, and checks the state at its end.
	pub fn build_and_execute<R>(self, test: impl FnOnce() -> R) -> R {
		self.build().execute_with(|| {
			let result = test();
			Rollup::do_try_state().expect("the state holds its invariants");
			result
		})
	}
}

/// The genesis hashes of chains 1 and 2; this chain's is the one of the mock.
pub fn genesis_hashes(chain: u8) -> crate::GenesisHashes {
	let own = System::block_hash(0).0;
	let hashes = [1, 2].map(|place| if place == chain { own } else { [place; 32] });
	hashes.to_vec().try_into().expect("two hashes")
}

/// Opens the network.
pub fn open_network() -> DispatchResult {
	let chain = Rollup::identity().map_or(1, |identity| identity.chain.0);
	Rollup::open_network(RuntimeOrigin::root(), genesis_hashes(chain))
}

/// Goes on by so many blocks, of two seconds each.
pub fn advance(blocks: u64) {
	System::set_block_number(System::block_number() + blocks);
	pallet_timestamp::Now::<Test>::mutate(|now| *now += 2_000 * blocks);
}

/// The events of this pallet since the last call.
pub fn take_events() -> Vec<crate::Event<Test>> {
	let events = System::read_events_for_pallet::<crate::Event<Test>>();
	System::reset_events();
	events
}
