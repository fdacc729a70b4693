// SPDX-License-Identifier: Apache-2.0

//! Genesis: identity, periods, operators, tokens.

use polkadot_sdk::*;

use crate::{
	Error, GenesisConfig, GenesisIdentity, Guardian, Identity, NetworkIdentity, Operators,
	Parameters, Periods, Token, TokenOf, Tokens, genesis, mock::*,
};
use frame_support::{assert_noop, traits::Hooks};
use ligature_primitives::{
	ids::{ChainId, NetworkId, TokenId},
	refusal::Refusal,
};

fn identity(chain: u8, chains: &[u8]) -> GenesisIdentity {
	GenesisIdentity { network: 7, chain, chains: chains.to_vec() }
}

/// Starts a chain whose specification is changed.
fn start_with(change: impl FnOnce(&mut GenesisConfig<Test>)) {
	let builder = ExtBuilder::default().closed();
	let mut rollup = builder.genesis();
	change(&mut rollup);
	builder.build_with(rollup);
}

#[test]
fn identity_should_be_readable_when_genesis_sets_it() {
	ExtBuilder::default().chain(2).build_and_execute(|| {
		let read = Rollup::identity().expect("set by genesis");
		assert_eq!(read.network, NetworkId(7));
		assert_eq!(read.chain, ChainId(2));
		assert_eq!(read.chains.into_inner(), vec![ChainId(1), ChainId(2)]);
	});
}

#[test]
fn a_chain_should_belong_to_no_network_when_genesis_is_silent() {
	ExtBuilder::alone().build_and_execute(|| {
		assert_eq!(Rollup::identity(), None);
		assert_eq!(Tokens::<Test>::count(), 0);
		let asset = Rollup::register_token(RuntimeOrigin::root(), LOOSE);
		assert_eq!(asset, Err(Error::<Test>::NoNetwork.into()));
	});
}

#[test]
fn the_rollup_should_be_as_genesis_says() {
	ExtBuilder::default().build_and_execute(|| {
		assert_eq!(Periods::<Test>::get(), Some(PERIODS));
		assert_eq!(Operators::<Test>::get().into_inner(), operators());
		assert_eq!(Guardian::<Test>::get(), Some(guardian()));
		assert_eq!(Tokens::<Test>::get(TokenId(0)), Some(Token::Native));
		assert_eq!(Tokens::<Test>::get(TokenId(1)), Some(Token::Asset(COIN)));
		assert_eq!(Tokens::<Test>::get(TokenId(2)), Some(Token::Asset(SHELL)));
		assert_eq!(TokenOf::<Test>::get(SHELL), Some(TokenId(2)));
		assert_eq!(System::providers(&Rollup::custody_account()), 2);
	});
}

#[test]
fn an_identity_should_be_refused_when_the_list_is_not_allowed() {
	let cases = [
		(identity(1, &[1]), Refusal::ChainCount),
		(identity(1, &[1, 2, 3, 4, 5]), Refusal::ChainCount),
		(identity(1, &[]), Refusal::ChainCount),
		(identity(1, &[2, 1]), Refusal::ChainOrder),
		(identity(1, &[1, 1]), Refusal::ChainOrder),
		(identity(0, &[0, 1]), Refusal::ChainOrder),
		(identity(3, &[1, 2]), Refusal::UnknownChain),
	];
	for (genesis, refusal) in cases {
		assert_eq!(NetworkIdentity::try_from(&genesis), Err(refusal), "{genesis:?}");
	}
}

#[test]
#[should_panic(expected = "rollup genesis: the chain is not in the network")]
fn a_chain_should_not_start_when_its_identity_is_wrong() {
	start_with(|genesis| genesis.identity = Some(identity(3, &[1, 2])));
}

#[test]
#[should_panic(expected = "rollup genesis: a chain of no network")]
fn a_chain_should_not_start_when_it_has_operators_and_no_network() {
	start_with(|genesis| genesis.identity = None);
}

#[test]
#[should_panic(expected = "rollup genesis: a network needs parameters")]
fn a_chain_should_not_start_when_its_network_has_no_parameters() {
	start_with(|genesis| genesis.parameters = None);
}

#[test]
#[should_panic(expected = "rollup genesis: operators")]
fn a_chain_should_not_start_when_nobody_commits() {
	start_with(|genesis| genesis.operators.clear());
}

#[test]
#[should_panic(expected = "rollup genesis: operators")]
fn a_chain_should_not_start_when_an_operator_is_named_twice() {
	start_with(|genesis| genesis.operators = vec![account(1), account(1)]);
}

#[test]
#[should_panic(expected = "rollup genesis: no more operators")]
fn a_chain_should_not_start_when_it_has_too_many_operators() {
	start_with(|genesis| genesis.operators = (1..=5).map(account).collect());
}

#[test]
#[should_panic(expected = "rollup genesis: asset 7: TokenAlreadyRegistered")]
fn a_chain_should_not_start_when_an_asset_is_named_twice() {
	start_with(|genesis| genesis.assets = vec![COIN, COIN]);
}

#[test]
#[should_panic(expected = "rollup genesis: asset 99: UnknownAsset")]
fn a_chain_should_not_start_when_an_asset_does_not_exist() {
	start_with(|genesis| genesis.assets = vec![99]);
}

#[test]
#[should_panic(expected = "expiry, service interval and exodus timeout are above 0")]
fn a_chain_should_not_start_when_requests_expire_at_once() {
	let parameters = Parameters { expiry: 0, ..PERIODS };
	start_with(|genesis| genesis.parameters = Some(parameters));
}

#[test]
#[should_panic(expected = "the exit time is above the exodus timeout")]
fn a_chain_should_not_start_when_nobody_could_leave_in_time() {
	let parameters = Parameters { exit_time: PERIODS.exodus_timeout, ..PERIODS };
	start_with(|genesis| genesis.parameters = Some(parameters));
}

#[test]
#[should_panic(expected = "the notice is above expiry and exit time together")]
fn a_chain_should_not_start_when_governance_could_be_faster_than_users() {
	let parameters = Parameters { notice: PERIODS.expiry + PERIODS.exit_time, ..PERIODS };
	start_with(|genesis| genesis.parameters = Some(parameters));
}

#[test]
fn try_state_should_fail_when_the_identity_is_corrupt() {
	ExtBuilder::default().build_and_execute(|| {
		let good = Rollup::identity().expect("set by genesis");
		Identity::<Test>::put(NetworkIdentity { chain: ChainId(9), ..good.clone() });
		assert!(Rollup::do_try_state().is_err());
		Identity::<Test>::put(good);
	});
}

#[test]
fn constants_should_pass_the_integrity_test() {
	ExtBuilder::default().build_and_execute(|| {
		genesis::integrity_test::<Test>();
		<Rollup as Hooks<u64>>::integrity_test();
	});
}

#[test]
fn the_rollup_should_take_nothing_when_its_network_is_not_open() {
	ExtBuilder::default().closed().build_and_execute(|| {
		let who = RuntimeOrigin::signed(account(1));
		let account = super::world::index(0);
		assert_noop!(
			Rollup::request_full_exit(who, account, TokenId(0)),
			Error::<Test>::NetworkNotOpen
		);
	});
}

#[test]
fn a_chain_specification_should_be_refused_when_it_has_an_unknown_field() {
	let text = r#"{ "network": 1, "chain": 1, "chains": [1, 2], "chian": 2 }"#;
	assert!(serde_json::from_str::<GenesisIdentity>(text).is_err());
}
