// SPDX-License-Identifier: Apache-2.0

//! The priority queue: what is taken, for which price, and what is refused at the door.

use polkadot_sdk::*;

use super::world::*;
use crate::{
	Error, Event, Halt, Halted, Owed, PriorityQueue, Requests, StoredRequest, mock::*,
	queue::may_create, traits::RequestQueue,
};
use frame_support::{assert_noop, assert_ok, dispatch::DispatchResult};
use ligature_primitives::{
	amount::Amount,
	constants::{AMOUNT_BITS, DOOR_MARGIN, FIRST_EXIT_INDEX, FIRST_RESERVED_INDEX},
	ids::{BlockNumber, Owner, PoolSlot, Side, TokenId},
	keys::PublicKey,
	pool::PoolParams,
	priority::PriorityRequest,
};
use sp_runtime::TokenError;

/// A deposit of 1,000 by person 1, with what a test changes.
struct Deposit {
	payer: u8,
	token: u16,
	owner: Owner,
	value: u128,
	key: Option<PublicKey>,
}

impl Default for Deposit {
	fn default() -> Self {
		Self { payer: 1, token: 1, owner: owner(1), value: 1_000, key: None }
	}
}

impl Deposit {
	fn send(self) -> DispatchResult {
		let payer = RuntimeOrigin::signed(account(self.payer));
		Rollup::deposit(payer, TokenId(self.token), self.owner, amount(self.value), self.key)
	}
}

fn exit(person: u8, of: u32, token: u16) -> DispatchResult {
	let who = RuntimeOrigin::signed(account(person));
	Rollup::request_full_exit(who, index(of), TokenId(token))
}

fn change(person: u8, of: Option<u32>) -> DispatchResult {
	let who = RuntimeOrigin::signed(account(person));
	Rollup::change_pub_key(who, of.map(index), key(person))
}

/// Serves all requests that wait, in blocks that are settled.
fn serve_all(world: &mut World) {
	while PriorityQueue::<Test>::get().executed < PriorityQueue::<Test>::get().next {
		settle(&world.serving());
	}
}

/// Makes the queue look so long, without its requests.
fn pretend(length: u64) {
	PriorityQueue::<Test>::mutate(|queue| queue.next = queue.committed + length);
}

#[test]
fn a_deposit_should_be_queued_taken_and_owed() {
	ExtBuilder::default().chain(2).build_and_execute(|| {
		for (index, token) in (0..).zip([0, 1, 2]) {
			let (mine, before) = (account(1), balance(&account(1), token));
			let custody = balance(&Rollup::custody_account(), token);
			let key = Some(key(1));
			assert_ok!(Deposit { token, key, ..Default::default() }.send());

			let fee = if token == 0 { REQUEST_PRICE } else { 0 };
			assert_eq!(balance(&mine, token), before - 1_000 - fee);
			assert_eq!(balance(&Rollup::custody_account(), token), custody + 1_000);
			assert_eq!(Owed::<Test>::get(TokenId(token)), 1_000);
			let request = PriorityRequest::Deposit {
				token: TokenId(token),
				owner: owner(1),
				amount: amount(1_000),
				key,
			};
			let expires = 1 + PERIODS.expiry;
			let stored = StoredRequest { request: request.clone(), payer: mine.clone(), expires };
			assert_eq!(Requests::<Test>::get(index), Some(stored));
			let hash = request.content_hash(NETWORK, B, index);
			let price = REQUEST_PRICE;
			let queued = Event::RequestQueued { index, request, hash, payer: mine, price, expires };
			assert_eq!(take_events(), [queued]);
		}
		assert_eq!(Collected::get(), 3 * REQUEST_PRICE);
		assert_eq!(PriorityQueue::<Test>::get().creating, 3);
	});
}

#[test]
fn a_deposit_should_be_possible_for_somebody_else_without_a_key() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(Deposit { owner: owner(9), ..Default::default() }.send());
		let stored = Requests::<Test>::get(0).expect("it is queued");
		assert_eq!(stored.payer, account(1));
	});
}

#[test]
fn a_deposit_should_be_possible_of_all_that_one_has_of_an_asset() {
	ExtBuilder::default().build_and_execute(|| {
		let (admin, asset) = (RuntimeOrigin::signed(account(1)), COIN);
		let little = RuntimeOrigin::signed(account(2));
		assert_ok!(Balances::transfer_allow_death(little, account(9), 10 * REQUEST_PRICE));
		assert_ok!(Assets::mint(admin, asset, account(9), 777));
		assert_ok!(Deposit { payer: 9, value: 777, ..Default::default() }.send());
		assert_eq!(balance(&account(9), 1), 0);
	});
}

#[test]
fn a_deposit_should_be_refused_at_the_door_by_name() {
	ExtBuilder::default().build_and_execute(|| {
		let base = Deposit::default;
		let custody = Owner(Rollup::custody_account().into());
		let identity = PublicKey([1; 32].map(|_| 0));
		for (deposit, error) in [
			(Deposit { token: 3, ..base() }, Error::<Test>::UnknownToken),
			(Deposit { token: 512, ..base() }, Error::UnknownToken),
			(Deposit { value: 0, ..base() }, Error::AmountZero),
			(Deposit { owner: Owner::ZERO, ..base() }, Error::OwnerZero),
			(Deposit { owner: custody, ..base() }, Error::OwnerReserved),
			(Deposit { key: Some(PublicKey([0xFF; 32])), ..base() }, Error::BadKey),
			(Deposit { key: Some(identity), ..base() }, Error::BadKey),
			(Deposit { payer: 2, key: Some(key(1)), ..base() }, Error::KeyNotByOwner),
		] {
			assert_noop!(deposit.send(), error);
		}
	});
}

#[test]
fn a_deposit_should_be_refused_when_the_payer_is_poor() {
	ExtBuilder::default().build_and_execute(|| {
		let poor = Deposit { payer: 9, ..Default::default() };
		assert_noop!(poor.send(), TokenError::FundsUnavailable);
		let all = ENDOWMENT.min((1 << AMOUNT_BITS) - 1);
		assert_ok!(Deposit { token: 0, value: all, ..Default::default() }.send());
		// Who pays stays alive: the price never takes the last unit.
		let rich = RuntimeOrigin::signed(account(2));
		assert_ok!(Balances::transfer_keep_alive(rich, account(9), REQUEST_PRICE));
		assert_noop!(exit(9, 0, 0), TokenError::FundsUnavailable);
	});
}

#[test]
fn a_deposit_should_be_refused_when_the_sum_owed_would_overflow() {
	ExtBuilder::default().build_and_execute(|| {
		let value = (1 << AMOUNT_BITS) - 1;
		assert_ok!(Deposit { value, ..Default::default() }.send());
		let more = Deposit { payer: 2, value: 1, ..Default::default() };
		assert_noop!(more.send(), Error::<Test>::OwedOverflow);
		assert_eq!(Amount::MAX.get(), value);
	});
}

#[test]
fn deposits_should_stop_and_exits_go_on_when_the_guardian_pauses_deposits() {
	ExtBuilder::default().build_and_execute(|| {
		let guardian = RuntimeOrigin::signed(guardian());
		assert_ok!(Rollup::pause_deposits(guardian.clone(), true));
		assert_noop!(Deposit::default().send(), Error::<Test>::DepositsPaused);
		assert_ok!(exit(1, 0, 0));
		assert_ok!(change(1, None));
		assert_ok!(Rollup::pause_deposits(guardian, false));
		assert_ok!(Deposit::default().send());
	});
}

#[test]
fn requests_should_be_taken_when_the_rollup_is_halted() {
	ExtBuilder::default().build_and_execute(|| {
		Halted::<Test>::put(Halt { guardian: true, refused: None });
		assert_ok!(Deposit::default().send());
		assert_ok!(exit(1, 0, 0));
		assert_ok!(change(1, None));
	});
}

#[test]
fn requests_should_be_refused_when_the_rollup_has_ended() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(exit(1, 0, 0));
		advance(PERIODS.expiry);
		assert_ok!(Rollup::enter_exodus(RuntimeOrigin::signed(account(9))));
		assert_noop!(Deposit::default().send(), Error::<Test>::InExodus);
		assert_noop!(exit(1, 0, 0), Error::<Test>::InExodus);
		assert_noop!(change(1, None), Error::<Test>::InExodus);
	});
}

#[test]
fn requests_should_be_refused_when_the_chain_has_no_network() {
	ExtBuilder::alone().build_and_execute(|| {
		assert_noop!(change(1, None), Error::<Test>::NoNetwork);
		assert_noop!(exit(1, 0, 0), Error::<Test>::UnknownToken);
		assert_eq!(<Rollup as RequestQueue<_>>::network(), Err(Error::<Test>::NoNetwork.into()));
	});
	ExtBuilder::default().closed().build_and_execute(|| {
		assert_noop!(change(1, None), Error::<Test>::NetworkNotOpen);
		assert_noop!(Deposit::default().send(), Error::<Test>::NetworkNotOpen);
	});
}

#[test]
fn a_full_exit_should_name_a_token_or_a_pool_of_this_chain() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(exit(2, 5, 1));
		let request =
			PriorityRequest::FullExit { account: index(5), token: TokenId(1), owner: owner(2) };
		assert_eq!(Requests::<Test>::get(0).expect("queued").request, request);
		assert_noop!(exit(2, 5, 3), Error::<Test>::UnknownToken);
		assert_noop!(exit(2, 5, 1_024), Error::<Test>::UnknownToken);
		assert_noop!(exit(2, 5, 512), Error::<Test>::UnknownPool);
		HomePools::set(vec![PoolSlot(0)]);
		assert_ok!(exit(2, 5, 512));
		assert_noop!(exit(2, 5, 513), Error::<Test>::UnknownPool);
		// It makes no account.
		assert_eq!(PriorityQueue::<Test>::get().creating, 0);
	});
}

#[test]
fn a_key_change_should_be_the_owners_own() {
	ExtBuilder::default().build_and_execute(|| {
		assert_ok!(change(3, Some(4)));
		assert_ok!(change(3, None));
		for (place, account) in [(0, Some(index(4))), (1, None)] {
			let request = PriorityRequest::ChangePubKey { account, owner: owner(3), key: key(3) };
			assert_eq!(Requests::<Test>::get(place).expect("queued").request, request);
		}
		// Only the one without an account may make one.
		assert_eq!(PriorityQueue::<Test>::get().creating, 1);
		let who = RuntimeOrigin::signed(account(3));
		let bad = Rollup::change_pub_key(who, None, PublicKey([0xFF; 32]));
		assert_noop!(bad, Error::<Test>::BadKey);
	});
}

#[test]
fn a_request_should_expire_later_only_for_those_that_wait() {
	ExtBuilder::default().build_and_execute(|| {
		let expiry = |index| Requests::<Test>::get(index).expect("queued").expires;
		let ask = || {
			assert_ok!(exit(1, 0, 0));
			expiry(PriorityQueue::<Test>::get().next - 1)
		};
		// To serve fifty takes no longer than a request has anyway.
		let expiries: Vec<_> = (0..53).map(|_| ask()).collect();
		assert_eq!(expiries[..51], [101; 51]);
		assert_eq!(expiries[51..], [103, 105]);
		advance(50);
		assert_eq!(ask(), 51 + 2 * 53);

		// Those that a block consumes wait no more, and nobody expires before who is ahead.
		let mut world = World::new();
		world.serves = 20;
		let block = world.serving();
		assert_ok!(commit(&block));
		assert_eq!(ask(), 157);

		// A queue that is empty postpones nobody, however long it was.
		assert_ok!(prove(&block));
		assert_ok!(certify(&block));
		assert_ok!(execute(&block));
		serve_all(&mut world);
		assert_eq!(ask(), 51 + 100);
	});
}

/// Whoever sends a flood of requests and has it served moves nobody's expiry.
#[test]
fn a_flood_that_is_served_should_postpone_nothing() {
	ExtBuilder::default().build_and_execute(|| {
		let mut world = World::new();
		for _ in 0..10 {
			for _ in 0..12 {
				assert_ok!(change(4, Some(0)));
			}
			serve_all(&mut world);
		}
		assert_ok!(exit(1, 0, 0));
		let expires = PriorityQueue::<Test>::get().last_expiry;
		assert_eq!(expires, System::block_number() + PERIODS.expiry);
	});
}

#[test]
fn the_price_should_rise_with_the_square_of_the_queue() {
	ExtBuilder::default().build_and_execute(|| {
		for (length, factor) in [(0, 1), (63, 1), (64, 2), (127, 2), (128, 5), (192, 10)] {
			pretend(length);
			assert_eq!(Rollup::request_price(), factor * REQUEST_PRICE, "{length}");
		}
		pretend(u64::MAX);
		assert_eq!(crate::Pallet::<Test>::price_of_next(true), 16 * REQUEST_PRICE);
		pretend(0);
	});
}

#[test]
fn queue_flooding_should_neither_stop_exits_nor_make_them_dear() {
	ExtBuilder::default().build_and_execute(|| {
		for _ in 0..MAX_QUEUE {
			assert_ok!(change(4, Some(0)));
		}
		let flooded = Collected::get();
		// 64 requests of each price: 1, 2, 5, and 8 of price 10.
		assert_eq!(flooded, (64 * (1 + 2 + 5) + 8 * 10) * REQUEST_PRICE);
		assert_noop!(change(4, Some(0)), Error::<Test>::QueueFull);
		assert_noop!(Deposit::default().send(), Error::<Test>::QueueFull);
		for _ in 0..100 {
			assert_ok!(exit(1, 0, 0));
		}
		let last = Collected::get();
		assert_ok!(exit(1, 0, 0));
		assert_eq!(Collected::get() - last, 16 * REQUEST_PRICE);
	});
}

#[test]
fn requests_that_may_create_should_be_refused_when_the_tree_could_be_full() {
	ExtBuilder::default().build_and_execute(|| {
		let room = FIRST_EXIT_INDEX - DOOR_MARGIN - FIRST_RESERVED_INDEX;
		let creating = |count| PriorityQueue::<Test>::mutate(|queue| queue.creating = count);
		creating(room);
		assert_noop!(Deposit::default().send(), Error::<Test>::TreeFull);
		assert_noop!(change(1, None), Error::<Test>::TreeFull);
		assert_ok!(change(1, Some(3)));
		assert_ok!(exit(1, 0, 0));
		creating(room - 1);
		assert_ok!(Deposit::default().send());
		assert_noop!(Deposit::default().send(), Error::<Test>::TreeFull);
		creating(1);
	});
}

#[test]
fn the_tree_should_be_as_full_as_the_last_committed_block_leaves_it() {
	ExtBuilder::default().build_and_execute(|| {
		let genesis = BlockNumber(0);
		let stored = crate::Blocks::<Test>::get(genesis).expect("the network is open");
		let fill = |next| {
			let mut full = stored.clone();
			full.header.chains[0].new_next = next;
			crate::Blocks::<Test>::insert(genesis, full);
		};
		fill(FIRST_EXIT_INDEX - DOOR_MARGIN);
		assert_noop!(Deposit::default().send(), Error::<Test>::TreeFull);
		fill(FIRST_EXIT_INDEX - DOOR_MARGIN - 1);
		assert_ok!(Deposit::default().send());
		assert_noop!(Deposit::default().send(), Error::<Test>::TreeFull);
		crate::Blocks::<Test>::insert(genesis, stored);
	});
}

#[test]
fn neighbours_should_queue_pools_and_nothing_else() {
	ExtBuilder::default().build_and_execute(|| {
		let pool = |slot, params| PriorityRequest::CreatePool {
			slot: PoolSlot(slot),
			side: Side::Zero,
			params,
		};
		let send = |request| <Rollup as RequestQueue<_>>::request(&account(1), request);
		assert_eq!(send(pool(0, POOL)), Ok(0));
		assert!(!may_create(&pool(0, POOL)));
		assert_noop!(send(pool(512, POOL)), Error::<Test>::BadRequest);
		let dear = PoolParams { fee_bps: 1_001, ..POOL };
		assert_noop!(send(pool(1, dear)), Error::<Test>::BadRequest);
		let forged =
			PriorityRequest::FullExit { account: index(0), token: TokenId(0), owner: owner(2) };
		assert_noop!(send(forged), Error::<Test>::BadRequest);

		let (network, chain) = <Rollup as RequestQueue<AccountId>>::network().expect("has one");
		assert_eq!((network.id(), network.chains(), chain), (NETWORK, &[A, B][..], A));
		assert!(<Rollup as RequestQueue<AccountId>>::is_token(TokenId(2)));
		assert!(!<Rollup as RequestQueue<AccountId>>::is_token(TokenId(3)));
	});
}
