// SPDX-License-Identifier: Apache-2.0

use crate::{GenesisIdentity, Identity, NetworkIdentity, mock::*};
use ligature_primitives::{
	ids::{ChainId, NetworkId},
	refusal::Refusal,
};

fn identity(chain: u8, chains: &[u8]) -> GenesisIdentity {
	GenesisIdentity { network: 7, chain, chains: chains.to_vec() }
}

#[test]
fn identity_should_be_readable_when_genesis_sets_it() {
	execute_with(Some(identity(2, &[1, 2])), || {
		let read = Rollup::identity().expect("set by genesis");
		assert_eq!(read.network, NetworkId(7));
		assert_eq!(read.chain, ChainId(2));
		assert_eq!(read.chains.into_inner(), vec![ChainId(1), ChainId(2)]);
	});
}

#[test]
fn a_chain_should_belong_to_no_network_when_genesis_is_silent() {
	execute_with(None, || assert_eq!(Rollup::identity(), None));
}

#[test]
fn genesis_should_be_refused_when_the_list_is_not_allowed() {
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
#[should_panic(expected = "rollup genesis")]
fn a_chain_should_not_start_when_its_identity_is_wrong() {
	execute_with(Some(identity(3, &[1, 2])), || ());
}

#[test]
fn try_state_should_fail_when_the_identity_is_corrupt() {
	execute_with(Some(identity(1, &[1, 2])), || {
		let good = Rollup::identity().expect("set by genesis");
		Identity::<Test>::put(NetworkIdentity { chain: ChainId(9), ..good.clone() });
		assert!(Rollup::do_try_state().is_err());
		Identity::<Test>::put(good);
	});
}

#[test]
fn a_chain_specification_should_be_refused_when_it_has_an_unknown_field() {
	let text = r#"{ "network": 1, "chain": 1, "chains": [1, 2], "chian": 2 }"#;
	assert!(serde_json::from_str::<GenesisIdentity>(text).is_err());
}
