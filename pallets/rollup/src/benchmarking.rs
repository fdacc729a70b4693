// SPDX-License-Identifier: Apache-2.0

//! What the dispatchables cost at their worst.
//!
//! A commit depends on the size class of the half, whose slots are all hashed, and on the priority operations in
//! it: there is a benchmark for each class. The worst slot is one that also names an owner: its word is one
//! more hash. The worst priority operation is a deposit with a key: it is decoded, compared with the queue,
//! and its owner and key are hashed; it takes two slots, so that a class holds half as many.
//! What the neighbours take (keys, epochs, verification, pools) they measure themselves.

#![cfg(feature = "runtime-benchmarks")]

use super::*;
use crate::traits::{OracleEpochs, ProofVerification, RequestQueue, Settlement};
use alloc::{boxed::Box, vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::traits::{EnsureOrigin, Get, fungible::Mutate as _, fungibles::Mutate as _};
use frame_system::{RawOrigin, pallet_prelude::BlockNumberFor};
use ligature_ledger::{
	exit::{BalanceClaim, BalanceProof, LiquidityClaim, PoolProof},
	state::PoolLeaf,
	tree::Path,
};
use ligature_primitives::{
	amount::Amount,
	constants::{ACCOUNT_DEPTH, BALANCE_DEPTH, JoinClass, POOL_DEPTH, SizeClass},
	header::{Header, Network},
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	keys::SecretKey,
	op::{DepositHalf, Half, Payment, Receiver, SwapOutHalf},
	pool::PoolParams,
	poseidon::{Domain, Word, hash},
	priority::PriorityRequest,
	pubdata::{PublicData, Register},
	vote::{VoteKind, VoteMessage},
};
use polkadot_sdk::*;
use sp_runtime::{
	BoundedVec,
	traits::{One, Zero},
};

/// Makes what the benchmarks need of the runtime.
pub trait BenchmarkHelper<T: Config> {
	/// Makes an asset, of which anybody can hold 1,000,000 units and more.
	fn create_asset() -> AssetIdOf<T>;

	/// Sets the chain's clock, to seconds since 1970. A clock that stands at zero writes a line into the log
	/// whenever it is asked, and that line would be measured too.
	fn set_time(seconds: u64);
}

const NETWORK: NetworkId = NetworkId(1);
const HERE: ChainId = ChainId(1);
const THERE: ChainId = ChainId(2);
const VERSION: u16 = 1;
/// The time here, and in all blocks.
const NOW: u64 = 1_700_000_000;
/// More than any minimum balance of a development asset.
const AMOUNT: Balance = 1_000_000_000_000_000;

fn owner(seed: u32) -> Owner {
	let mut bytes = [0x5A; 32];
	bytes[..4].copy_from_slice(&seed.to_be_bytes());
	Owner(bytes)
}

fn amount(value: Balance) -> Amount {
	Amount::new(value).expect("below 2^112; qed")
}

fn index(value: u32) -> AccountIndex {
	AccountIndex::new(value).expect("below 2^24; qed")
}

fn funded<T: Config>(seed: u32) -> T::AccountId {
	let who = T::AccountId::from(owner(seed).0);
	T::NativeToken::set_balance(&who, AMOUNT);
	who
}

/// An open network with two chains, an operator, and the native token.
fn open<T: Config>() -> T::AccountId {
	let network = Network::new(NETWORK, vec![HERE, THERE]).expect("two chains in order; qed");
	Identity::<T>::put(NetworkIdentity {
		network: NETWORK,
		chain: HERE,
		chains: BoundedVec::truncate_from(vec![HERE, THERE]),
	});
	let short = BlockNumberFor::<T>::from(10u32);
	Periods::<T>::put(Parameters {
		expiry: short,
		service_interval: BlockNumberFor::<T>::one(),
		execute_grace: short,
		turn_grace: short,
		exodus_timeout: short,
		exit_time: short,
		notice: BlockNumberFor::<T>::from(100u32),
	});
	ChainListHash::<T>::put([1; 32]);
	T::NativeToken::set_balance(&Pallet::<T>::custody_account(), AMOUNT);
	Tokens::<T>::insert(TokenId(0), Token::Native);
	let (oracle_epoch, member_set_hash) =
		T::Oracle::epoch_of(BlockNumber(0)).expect("the first epoch holds; qed");
	let mut genesis = Header::genesis(&network, [1; 32], member_set_hash, Word::from(7u64));
	genesis.oracle_epoch = oracle_epoch;
	genesis.timestamp = Timestamp::new(NOW).expect("32 bits suffice; qed");
	T::BenchmarkHelper::set_time(NOW);
	store::<T>(genesis);
	let operator = funded::<T>(u32::MAX);
	Operators::<T>::put(BoundedVec::truncate_from(vec![operator.clone()]));
	operator
}

fn store<T: Config>(header: Header) {
	let number = header.number;
	Blocks::<T>::insert(
		number,
		StoredBlock {
			hash: header.hash(),
			header,
			committed_at: frame_system::Pallet::<T>::block_number(),
			certified_at: None,
			creating: 0,
		},
	);
	Progress::<T>::mutate(|counters| counters.committed = number);
}

/// A registered asset of which custody holds enough.
fn asset<T: Config>() -> TokenId {
	let asset = T::BenchmarkHelper::create_asset();
	let token = TokenId(Tokens::<T>::count() as u16);
	T::Assets::set_balance(asset.clone(), &Pallet::<T>::custody_account(), AMOUNT);
	Tokens::<T>::insert(token, Token::Asset(asset.clone()));
	TokenOf::<T>::insert(asset, token);
	Owed::<T>::insert(token, AMOUNT / 2);
	token
}

/// The header of the block after `parent` in which nothing happens.
fn next_header(parent: &Header) -> Header {
	let mut header = parent.clone();
	header.number = BlockNumber(parent.number.0 + 1);
	header.parent = parent.hash();
	header.circuit_version = VERSION;
	header
}

fn keys_digest<T: Config>(header: &Header) -> [u8; 32] {
	let classes: Vec<_> = header.chains.iter().map(|chain| chain.size_class).collect();
	T::Proofs::keys_digest(VERSION, header.join_class, &classes)
		.expect("the keys were registered above; qed")
}

/// Commits so many blocks in which nothing happens, without the call.
fn fill<T: Config>(blocks: u32) {
	T::Proofs::setup_for_benchmarks(VERSION);
	for _ in 0..blocks {
		let committed = Progress::<T>::get().committed;
		let parent = Blocks::<T>::get(committed).expect("it was stored; qed").header;
		let mut header = next_header(&parent);
		header.keys_digest = keys_digest::<T>(&header);
		Pending::<T>::insert(header.number, Effects::default());
		store::<T>(header);
	}
}

/// The last committed block serves so many requests.
fn serve<T: Config>(requests: u32) {
	Blocks::<T>::mutate(Progress::<T>::get().committed, |block| {
		if let Some(block) = block {
			block.header.chains[0].priority_count = requests as u16;
			block.hash = block.header.hash();
		}
	});
	PriorityQueue::<T>::mutate(|queue| {
		queue.committed += u64::from(requests);
		queue.creating -= requests;
	});
}

/// Puts a deposit with key into the queue.
fn queue_deposit<T: Config>(seed: u32) -> PriorityRequest {
	let request = PriorityRequest::Deposit {
		token: TokenId(0),
		owner: owner(seed),
		amount: amount(1),
		key: Some(SecretKey::from_seed(&owner(seed).0).public_key()),
	};
	let queue = PriorityQueue::<T>::get();
	Requests::<T>::insert(
		queue.next,
		StoredRequest {
			request: request.clone(),
			payer: T::AccountId::from(owner(seed).0),
			expires: queue.last_expiry,
		},
	);
	PriorityQueue::<T>::put(Queue { next: queue.next + 1, creating: queue.creating + 1, ..queue });
	Owed::<T>::mutate(TokenId(0), |owed| *owed += 1);
	request
}

/// A block whose half here fills `class` with slots that each name an owner, but for those that
/// `deposits` deposits with keys from the queue take.
fn full_block<T: Config>(class: SizeClass, deposits: u32) -> (Header, PublicDataBytes) {
	T::Proofs::setup_for_benchmarks(VERSION);
	let pool = PoolSlot(0);
	let mut halves = Vec::new();
	for seed in 0..deposits {
		let PriorityRequest::Deposit { token, owner, amount, key } = queue_deposit::<T>(seed)
		else {
			unreachable!("a deposit was asked for; qed")
		};
		let account = index(seed);
		halves.push(Half::Deposit(DepositHalf {
			account,
			created: true,
			token,
			owner,
			amount,
			key,
		}));
	}
	for seed in 2 * deposits..class.capacity() {
		let to = Receiver::new(index(seed), owner(seed));
		halves.push(Half::SwapOut(SwapOutHalf { slot: pool, to, amount: amount(u64::MAX.into()) }));
	}
	// A register that no half touches is refused.
	let touched = 2 * deposits < class.capacity();
	let register = Register { slot: pool, own: amount(1), foreign: amount(2) };
	let created = halves.len() as u32;
	let data = PublicData { registers: touched.then_some(register).into_iter().collect(), halves };
	let bytes = data.encode(class).expect("it fills the class and no more; qed");

	let parent = Blocks::<T>::get(BlockNumber(0)).expect("the network is open; qed").header;
	let mut header = next_header(&parent);
	let part = &mut header.chains[0];
	part.size_class = class;
	part.new_next = created;
	part.data_length = bytes.len() as u32;
	part.data_commitment = data.commitment(class).expect("as above; qed");
	part.priority_count = deposits as u16;
	part.log_count = 2 * (class.capacity() / 2 - deposits);
	if part.log_count > 0 {
		part.log_commitment = Word::from(9u64);
		header.join_class =
			JoinClass::smallest_for(class.capacity() / 2).expect("as many as slots; qed");
	}
	header.keys_digest = keys_digest::<T>(&header);
	(header, BoundedVec::truncate_from(bytes))
}

/// What commits a full block of a class: who, the header, the public data. The extrinsic counts as one of
/// its own.
fn block_of_class<T: Config>(
	class: usize,
	deposits: u32,
) -> (T::AccountId, Box<Header>, PublicDataBytes) {
	let operator = open::<T>();
	let (header, data) = full_block::<T>(SizeClass::ALL[class], deposits);
	mark_top_level::<T>();
	(operator, Box::new(header), data)
}

fn mark_top_level<T: Config>() {
	let extrinsic = frame_system::Pallet::<T>::extrinsic_index().unwrap_or_default();
	TopLevelCommit::<T>::put(extrinsic);
}

/// The last committed block counts as proven, or certified.
fn advance<T: Config>(certified: bool) -> BlockNumber {
	Progress::<T>::mutate(|counters| {
		counters.proven = counters.committed;
		if certified {
			counters.certified = counters.committed;
		}
		counters.committed
	})
}

fn path(depth: usize) -> Path {
	Path { siblings: vec![[Word::from(3u64), Word::from(5u64), Word::from(8u64)]; depth] }
}

fn balance_proof(token: TokenId) -> BalanceProof {
	let balance = AMOUNT / 4;
	let balance_path = path(BALANCE_DEPTH);
	BalanceProof {
		account: index(1),
		owner: owner(1),
		key: Word::from(1u64),
		nonce: Nonce(1),
		balances: balance_path.root(Domain::BALANCE_NODE, token.0.into(), Word::from(balance)),
		account_path: path(ACCOUNT_DEPTH),
		token,
		amount: amount(balance),
		balance_path,
	}
}

/// Exodus with the freeze block executed, whose roots are these.
fn exits_open<T: Config>(here: Word, there: Word) {
	let mut header = Blocks::<T>::get(BlockNumber(0)).expect("the network is open; qed").header;
	header.chains[0].new_root = here;
	header.chains[1].new_root = there;
	store::<T>(header);
	ExodusState::<T>::put(Exodus { since: Zero::zero(), freeze: Some(BlockNumber(0)) });
}

fn message<T: Config>(kind: VoteKind, chain: ChainId, number: BlockNumber) -> VoteMessage {
	let header = Blocks::<T>::get(number).expect("it was stored; qed").header;
	match kind {
		VoteKind::Block => VoteMessage::block(&header),
		_ => VoteMessage::about(kind, chain, &header),
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	#[benchmark]
	fn open_network() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		open::<T>();
		ChainListHash::<T>::kill();
		Blocks::<T>::remove(BlockNumber(0));
		let own: [u8; 32] = frame_system::Pallet::<T>::block_hash(BlockNumberFor::<T>::zero())
			.as_ref()
			.try_into()
			.map_err(|_| BenchmarkError::Stop("block hashes have 32 bytes"))?;
		let hashes = BoundedVec::truncate_from(vec![own, [2; 32]]);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, hashes);

		assert!(ChainListHash::<T>::exists());
		Ok(())
	}

	#[benchmark]
	fn register_token() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		open::<T>();
		let asset = T::BenchmarkHelper::create_asset();
		T::Assets::set_balance(asset.clone(), &Pallet::<T>::custody_account(), AMOUNT);

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, asset.clone());

		assert!(TokenOf::<T>::contains_key(asset));
		Ok(())
	}

	#[benchmark]
	fn deposit() {
		open::<T>();
		let token = asset::<T>();
		let who = funded::<T>(1);
		let Some(Token::Asset(id)) = Tokens::<T>::get(token) else {
			unreachable!("it was registered; qed")
		};
		T::Assets::set_balance(id, &who, AMOUNT);
		let key = SecretKey::from_seed(&[1; 32]).public_key();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), token, owner(1), amount(AMOUNT / 2), Some(key));

		assert_eq!(PriorityQueue::<T>::get().next, 1);
	}

	#[benchmark]
	fn request_full_exit() {
		open::<T>();
		let token = asset::<T>();
		let who = funded::<T>(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(who), index(1), token);

		assert_eq!(PriorityQueue::<T>::get().next, 1);
	}

	#[benchmark]
	fn change_pub_key() {
		open::<T>();
		let who = funded::<T>(1);
		let key = SecretKey::from_seed(&[1; 32]).public_key();

		#[extrinsic_call]
		_(RawOrigin::Signed(who), None, key);

		assert_eq!(PriorityQueue::<T>::get().next, 1);
	}

	/// Nothing happens here.
	#[benchmark]
	fn commit_block_0() {
		let (operator, header, data) = block_of_class::<T>(0, 0);

		#[extrinsic_call]
		commit_block(RawOrigin::Signed(operator), header, data);

		assert_eq!(Progress::<T>::get().committed, BlockNumber(1));
	}

	/// `p`: priority operations, which take two slots each. So with the other classes.
	#[benchmark]
	fn commit_block_1(p: Linear<0, 4>) {
		let (operator, header, data) = block_of_class::<T>(1, p);

		#[extrinsic_call]
		commit_block(RawOrigin::Signed(operator), header, data);

		assert_eq!(Progress::<T>::get().committed, BlockNumber(1));
	}

	#[benchmark]
	fn commit_block_2(p: Linear<0, 16>) {
		let (operator, header, data) = block_of_class::<T>(2, p);

		#[extrinsic_call]
		commit_block(RawOrigin::Signed(operator), header, data);

		assert_eq!(Progress::<T>::get().committed, BlockNumber(1));
	}

	#[benchmark]
	fn commit_block_3(p: Linear<0, 64>) {
		let (operator, header, data) = block_of_class::<T>(3, p);

		#[extrinsic_call]
		commit_block(RawOrigin::Signed(operator), header, data);

		assert_eq!(Progress::<T>::get().committed, BlockNumber(1));
	}

	#[benchmark]
	fn commit_block_4(p: Linear<0, 256>) {
		let (operator, header, data) = block_of_class::<T>(4, p);

		#[extrinsic_call]
		commit_block(RawOrigin::Signed(operator), header, data);

		assert_eq!(Progress::<T>::get().committed, BlockNumber(1));
	}

	/// Without the check of the proofs, whose weight the verifier knows: nothing has happened on any
	/// chain, so that there are none.
	#[benchmark]
	fn prove_block() {
		open::<T>();
		fill::<T>(1);
		let block = Blocks::<T>::get(BlockNumber(1)).expect("it was committed; qed");

		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>(1)), BlockNumber(1), block.hash, Proofs::default());

		assert_eq!(Progress::<T>::get().proven, BlockNumber(1));
	}

	/// `p`: payments, each of an asset to an account that does not hold it yet. `r`: requests served.
	#[benchmark]
	fn execute_block(p: Linear<0, MAX_PAYMENTS>, r: Linear<0, 256>) {
		let operator = open::<T>();
		let token = asset::<T>();
		fill::<T>(1);
		(0..r).for_each(|seed| {
			queue_deposit::<T>(MAX_PAYMENTS + seed);
		});
		serve::<T>(r);
		let payment = |seed| Payment {
			token,
			receiver: Owner(funded::<T>(seed).into()),
			amount: amount(AMOUNT / 2 / Balance::from(MAX_PAYMENTS)),
		};
		let payments = BoundedVec::truncate_from((0..p).map(payment).collect::<Vec<_>>());
		Pending::<T>::insert(BlockNumber(1), Effects { payments, ..Default::default() });
		let number = advance::<T>(true);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), number, p, r);

		assert_eq!(Progress::<T>::get().executed, number);
	}

	/// `n`: blocks taken back.
	#[benchmark]
	fn revert_blocks(n: Linear<0, { T::MaxOpenBlocks::get() }>) {
		let operator = open::<T>();
		fill::<T>(n);

		#[extrinsic_call]
		_(RawOrigin::Signed(operator), BlockNumber(0), 1);

		assert_eq!(Progress::<T>::get().committed, BlockNumber(0));
	}

	#[benchmark]
	fn claim() {
		open::<T>();
		let token = asset::<T>();
		let (who, to) = (funded::<T>(1), funded::<T>(2));
		Claims::<T>::insert(&who, token, AMOUNT / 4);

		#[extrinsic_call]
		_(RawOrigin::Signed(who.clone()), token, Some(to));

		assert!(!Claims::<T>::contains_key(who, token));
	}

	#[benchmark]
	fn pause_deposits() {
		Guardian::<T>::put(funded::<T>(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>(1)), true);

		assert!(DepositsPaused::<T>::get());
	}

	#[benchmark]
	fn halt() {
		open::<T>();
		Guardian::<T>::put(funded::<T>(1));

		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>(1)));

		assert!(Halted::<T>::get().guardian);
	}

	#[benchmark]
	fn resume() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		open::<T>();
		Halted::<T>::put(Halt { guardian: true, refused: None });

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin);

		assert!(Halted::<T>::get().is_over());
		Ok(())
	}

	/// `n`: operators.
	#[benchmark]
	fn set_operators(n: Linear<1, { T::MaxOperators::get() }>) -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		let operators =
			BoundedVec::truncate_from((0..n).map(|i| T::AccountId::from(owner(i).0)).collect());

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, operators);

		assert_eq!(Operators::<T>::get().len(), n as usize);
		Ok(())
	}

	#[benchmark]
	fn set_guardian() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, Some(funded::<T>(1)));

		assert!(Guardian::<T>::exists());
		Ok(())
	}

	#[benchmark]
	fn announce_code() -> Result<(), BenchmarkError> {
		let origin =
			T::AdminOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
		open::<T>();

		#[extrinsic_call]
		_(origin as T::RuntimeOrigin, T::Hash::default());

		assert!(AnnouncedCode::<T>::exists());
		Ok(())
	}

	#[benchmark]
	fn enter_exodus() {
		open::<T>();
		queue_deposit::<T>(1);

		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>(2)));

		assert!(ExodusState::<T>::exists());
	}

	/// `n`: blocks dropped.
	#[benchmark]
	fn freeze_by_timeout(n: Linear<0, { T::MaxOpenBlocks::get() }>) {
		open::<T>();
		fill::<T>(n);
		ExodusState::<T>::put(Exodus { since: Zero::zero(), freeze: None });
		frame_system::Pallet::<T>::set_block_number(BlockNumberFor::<T>::from(1_000u32));

		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>(1)));

		assert_eq!(Progress::<T>::get().committed, BlockNumber(0));
	}

	#[benchmark]
	fn exit() -> Result<(), BenchmarkError> {
		open::<T>();
		let balance = balance_proof(asset::<T>());
		let pools_root = Word::from(4u64);
		let accounts_root = balance
			.accounts_root()
			.map_err(|_| BenchmarkError::Stop("the path leads to a root"))?;
		exits_open::<T>(hash(Domain::ROOT, &[accounts_root, pools_root]), Word::from(1u64));
		let proven = BalanceClaim { balance, pools_root };

		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>(2)), Box::new(proven));

		assert_eq!(PaidBalances::<T>::iter().count(), 1);
		Ok(())
	}

	#[benchmark]
	fn exit_liquidity() -> Result<(), BenchmarkError> {
		open::<T>();
		// At home on the other chain, so that its root differs from the one here.
		let params = PoolParams {
			chain0: THERE,
			token0: TokenId(0),
			chain1: HERE,
			token1: asset::<T>(),
			fee_bps: 30,
		};
		let slot = PoolSlot(0);
		let token = TokenId::lp(slot).ok_or(BenchmarkError::Stop("the slot has shares"))?;
		let shares = balance_proof(token);
		let leaf = |side, own, supply| PoolLeaf {
			params,
			side,
			own: amount(own),
			foreign: amount(1),
			supply: amount(supply),
		};
		let proof = |leaf| PoolProof { slot, leaf, path: path(POOL_DEPTH) };
		let home = proof(leaf(Side::Zero, 1, AMOUNT));
		let reserve = proof(leaf(Side::One, AMOUNT / 4, 0));
		let accounts_root = Word::from(6u64);
		let stop = |_| BenchmarkError::Stop("the path leads to a root");
		let home_root = [shares.accounts_root().map_err(stop)?, home.pools_root().map_err(stop)?];
		let reserve_root = [accounts_root, reserve.pools_root().map_err(stop)?];
		exits_open::<T>(hash(Domain::ROOT, &reserve_root), hash(Domain::ROOT, &home_root));
		let proven = LiquidityClaim { shares, home, reserve, accounts_root };

		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>(2)), Box::new(proven));

		assert_eq!(PaidLiquidity::<T>::iter().count(), 1);
		Ok(())
	}

	#[benchmark]
	fn refund_deposit() {
		open::<T>();
		queue_deposit::<T>(1);
		funded::<T>(1);
		exits_open::<T>(Word::from(1u64), Word::from(2u64));

		#[extrinsic_call]
		_(RawOrigin::Signed(funded::<T>(2)), 0);

		assert!(!Requests::<T>::contains_key(0));
	}

	#[benchmark]
	fn certify() -> Result<(), BenchmarkError> {
		open::<T>();
		fill::<T>(1);
		let number = advance::<T>(false);
		let message = message::<T>(VoteKind::Block, ChainId(0), number);

		#[block]
		{
			<Pallet<T> as Settlement>::certify(&message)?;
		}

		assert_eq!(Progress::<T>::get().certified, number);
		Ok(())
	}

	#[benchmark]
	fn refuse() -> Result<(), BenchmarkError> {
		open::<T>();
		fill::<T>(1);
		let message = message::<T>(VoteKind::Refuse, HERE, BlockNumber(1));

		#[block]
		{
			<Pallet<T> as Settlement>::refuse(&message)?;
		}

		assert!(Refusals::<T>::contains_key(message.number, message.hash));
		Ok(())
	}

	#[benchmark]
	fn refused() -> Result<(), BenchmarkError> {
		open::<T>();
		fill::<T>(1);
		let message = message::<T>(VoteKind::Refused, THERE, BlockNumber(1));

		#[block]
		{
			<Pallet<T> as Settlement>::refused(&message)?;
		}

		assert!(Halted::<T>::get().refused.is_some());
		Ok(())
	}

	/// `n`: blocks dropped.
	#[benchmark]
	fn freeze(n: Linear<0, { T::MaxOpenBlocks::get() - 1 }>) -> Result<(), BenchmarkError> {
		open::<T>();
		fill::<T>(1);
		let number = advance::<T>(false);
		fill::<T>(n);
		let message = message::<T>(VoteKind::Freeze, ChainId(0), number);

		#[block]
		{
			<Pallet<T> as Settlement>::freeze(&message)?;
		}

		assert_eq!(Progress::<T>::get().committed, number);
		Ok(())
	}

	/// The creation of a pool, as a neighbour asks for it.
	#[benchmark]
	fn queue_request() -> Result<(), BenchmarkError> {
		open::<T>();
		let who = funded::<T>(1);
		let params = PoolParams {
			chain0: HERE,
			token0: TokenId(0),
			chain1: THERE,
			token1: TokenId(0),
			fee_bps: 30,
		};
		let request = PriorityRequest::CreatePool { slot: PoolSlot(0), side: Side::Zero, params };

		#[block]
		{
			<Pallet<T> as RequestQueue<_>>::request(&who, request)?;
		}

		assert_eq!(PriorityQueue::<T>::get().next, 1);
		Ok(())
	}

	/// A proof of the next block is looked up, and a commit marked and cleared.
	#[benchmark]
	fn check_rollup() {
		open::<T>();
		fill::<T>(1);

		#[block]
		{
			assert!(Progress::<T>::get().proven < BlockNumber(1));
			assert!(Blocks::<T>::get(BlockNumber(1)).is_some());
			assert!(ExodusState::<T>::get().is_none());
			TopLevelCommit::<T>::put(0);
			TopLevelCommit::<T>::kill();
		}
	}
}
