//! In whose name pages change something.

use pm_core::Actor;

use crate::visitor::Visitor;

/// Who makes the changes of somebody who gave no name.
const NO_NAME: &str = "web";

/// In whose name the changes are made that a form asks for.
pub(crate) fn pages_actor() -> Actor {
    let visitor = Visitor::current();
    let name = visitor.preferences().name().cloned();
    Actor::Client {
        client: name.unwrap_or_else(|| NO_NAME.into()),
        principal: visitor.principal().cloned(),
    }
}
