// SPDX-License-Identifier: Apache-2.0

//! What governance and the guardian do.

use polkadot_sdk::*;

use ligature_primitives::ids::ChainId;
use ligature_runtime::{AssetId, Rollup, Runtime, RuntimeCall};
use pallet_rollup::{Guardian, Tokens};
use sp_runtime::traits::{BlakeTwo256, Hash};

use super::{Fuzz, Letter};
use crate::{
	people::{ALICE, BOB, CHARLIE, DAVE, Person},
	proofs::development_key,
};

/// Assets that a run makes at most.
const MOST_ASSETS: u32 = 2;

/// Pieces of code that governance may announce.
const CODE: [[u8; 3]; 2] = [[1, 2, 3], [4, 5, 6]];

impl Letter {
	/// A call of root, through Alice, who holds the sudo key.
	pub(super) fn root(chain: ChainId, call: impl Into<RuntimeCall>) -> Self {
		let call = Box::new(call.into());
		Self::new(chain, ALICE, pallet_sudo::Call::sudo { call })
	}
}

impl Fuzz {
	/// Something that governance or the guardian does.
	pub(super) fn governance(&mut self) -> Option<Letter> {
		let chain = self.story.chain();
		let call: RuntimeCall = match self.dice(100) {
			0..12 => return self.guardian(chain),
			12..20 => pallet_rollup::Call::pause_deposits { paused: self.story.chance(30) }.into(),
			20..24 => pallet_rollup::Call::halt {}.into(),
			24..32 => pallet_rollup::Call::resume {}.into(),
			32..40 => {
				let alice_first = [vec![ALICE], vec![ALICE, BOB], vec![ALICE, CHARLIE, BOB]];
				let operators = alice_first[self.dice(3) as usize].iter();
				let operators: Vec<_> = operators.map(|person| person.account()).collect();
				let operators = operators.try_into().expect("three are allowed; qed");
				pallet_rollup::Call::set_operators { operators }.into()
			},
			40..46 => {
				let guardian = self.story.one_of(&[Some(BOB), Some(BOB), Some(DAVE), None]);
				let guardian = guardian.map(Person::account);
				pallet_rollup::Call::set_guardian { guardian }.into()
			},
			46..54 => {
				let code_hash = BlakeTwo256::hash(&self.story.one_of(&CODE));
				pallet_rollup::Call::announce_code { code_hash }.into()
			},
			54..58 => {
				let code = self.story.one_of(&CODE).to_vec();
				frame_system::Call::set_code_without_checks { code }.into()
			},
			58..74 => {
				let (circuit, key) = development_key(self.dice(6) as usize);
				let key = key.try_into().expect("a key has one length; qed");
				let (version, key) = (1 + self.dice(3) as u16, Box::new(key));
				pallet_proof_verifier::Call::register_key { version, circuit, key }.into()
			},
			74..84 => {
				let (circuit, _) = development_key(self.dice(6) as usize);
				// Not those with which blocks are proven: nothing could be committed ever after.
				let version = 2 + self.dice(2) as u16;
				pallet_proof_verifier::Call::retire_key { version, circuit }.into()
			},
			84..92 => {
				let asset = self.story.one_of(&[1, 2, 10, 11]);
				pallet_rollup::Call::register_token { asset }.into()
			},
			_ => {
				let genesis_hashes = self.network.genesis_hashes();
				let genesis_hashes = genesis_hashes.try_into().expect("two of four; qed");
				pallet_rollup::Call::open_network { genesis_hashes }.into()
			},
		};
		// Now and then somebody tries it who is not governance.
		let stranger = self.story.chance(8);
		let who = self.story.user();
		Some(if stranger { Letter::new(chain, who, call) } else { Letter::root(chain, call) })
	}

	/// What the guardian can do, whoever that is.
	fn guardian(&mut self, chain: ChainId) -> Option<Letter> {
		let guardian = self.network.chain(chain).with(Guardian::<Runtime>::get);
		let who = guardian.and_then(|account| Person::of(&account))?;
		let call = match self.dice(3) {
			0 => pallet_rollup::Call::halt {},
			_ => pallet_rollup::Call::pause_deposits { paused: self.story.chance(40) },
		};
		Some(Letter::new(chain, who, call))
	}

	/// Governance makes an asset, gives custody its least balance, and registers it: all of it, or a part.
	pub(super) fn found_asset(&mut self) {
		if self.assets >= MOST_ASSETS {
			return;
		}
		let chain = self.story.chain();
		let known = self.network.chain(chain).with(Tokens::<Runtime>::count);
		let id: AssetId = 10 + self.assets;
		self.assets += 1;
		let create = pallet_assets::Call::force_create {
			id: id.into(),
			owner: ALICE.account().into(),
			is_sufficient: self.story.chance(50),
			min_balance: 100,
		};
		if !self.post(Letter::root(chain, create)) {
			return;
		}
		let custody = self.network.chain(chain).with(Rollup::custody);
		let mint = |fuzz: &mut Self, beneficiary: ligature_runtime::AccountId, amount| {
			let beneficiary = beneficiary.into();
			let call = pallet_assets::Call::mint { id: id.into(), beneficiary, amount };
			fuzz.post(Letter::new(chain, ALICE, call));
		};
		// An asset that keeps no account alive needs one that is, as custody always is.
		mint(self, custody, 100);
		for person in [CHARLIE, DAVE] {
			mint(self, person.account(), 1_000_000_000);
		}
		let register = pallet_rollup::Call::register_token { asset: id };
		let registered = self.post(Letter::root(chain, register));
		let now = self.network.chain(chain).with(Tokens::<Runtime>::count);
		assert_eq!(registered, self.exodus(chain).is_none(), "an asset can be registered");
		assert_eq!(now, known + u32::from(registered));
	}
}
