//! A plan is made and worked, and looked back on.

use crate::shell::Shell;

const PLAN: &str = "\
soil test: Take five samples.
  - sample
  - send them off
dig the beds
  after: soil test
sow
  after: dig the beds
";

fn garden() -> Shell {
    let mut shell = Shell::new();
    shell.run_with(
        PLAN,
        &[
            "new",
            "Garden Planner",
            "-d",
            "Beds for spring.",
            "--plan",
            "-",
        ],
    );
    shell
}

#[test]
fn a_plan_is_worked_from_the_first_task_to_the_last() {
    let mut shell = garden();
    shell.run(&["next"]);
    shell.run(&["--as", "bob", "next"]);
    shell.run(&["done", "soil_test", "--job", "sample"]);
    shell.run(&["note", "soil test", "the", "north", "bed", "is", "sour"]);
    shell.run(&["done", "Soil Test"]);
    shell.run(&["block", "dig the beds", "--note", "no spade"]);
    shell.run(&["add", "buy a spade", "--priority", "high", "-l", "errand"]);
    shell.run(&[
        "edit",
        "dig the beds",
        "--after",
        "soil test",
        "--after",
        "buy a spade",
    ]);
    shell.run(&["move", "buy a spade", "2"]);
    shell.run(&["show"]);
    shell.run(&["show", "soil test"]);
    shell.run(&["tree"]);
    shell.run(&["start", "buy a spade"]);
    shell.run(&["--as", "bob", "done", "buy a spade"]);
    shell.run(&["release", "buy a spade"]);
    shell.run(&["cancel", "sow"]);
    shell.run(&[]);
    shell.check("a_plan_is_worked");
}

#[test]
fn what_was_done_is_listed_and_taken_back() {
    let mut shell = garden();
    shell.run(&["done", "soil test"]);
    shell.run(&["rename", "sow", "sow beans"]);
    shell.run(&["rename", "--whole", "Garden"]);
    shell.run(&["delete", "dig the beds"]);
    shell.run(&["undo"]);
    shell.run(&["undo"]);
    shell.run(&["--as", "bob", "undo"]);
    shell.run(&["undo", "2"]);
    shell.run(&["log"]);
    shell.run(&["log", "sow beans", "-n", "1"]);
    shell.run(&["delete", "--whole", "-p", "garden planner"]);
    shell.run(&["trash"]);
    shell.run(&["list"]);
    shell.run(&["trash", "restore", "garden planner"]);
    shell.run(&["copy", "Next Year"]);
    shell.run(&["list"]);
    shell.check("taken_back");
}

#[test]
fn refusals_name_the_command_that_helps() {
    let mut shell = Shell::new();
    shell.run(&[]);
    shell.run(&["show"]);
    shell.run(&["add", "dig"]);
    shell.run(&["new", "Garden"]);
    shell.run(&["new", "garden"]);
    shell.run(&["new", "Kitchen"]);
    shell.run(&["add", "dig"]);
    shell.run(&["add", "dig", "-p", "gardn"]);
    shell.run(&["add", "dig", "-p", "garden"]);
    shell.run(&["add", "Dig!", "-p", "garden"]);
    shell.run(&["done", "dug", "-p", "garden"]);
    shell.run(&["done", "weather", "-p", "garden"]);
    shell.run(&["show", "dig", "-p", "kitchen"]);
    shell.run(&["edit", "dig", "-p", "garden", "--after", "rain"]);
    shell.run(&["edit", "dig", "-p", "garden", "--after", "dig"]);
    shell.run(&["add", "", "-p", "garden"]);
    shell.run(&["undo", "99", "-p", "garden"]);
    shell.run(&["code", "get", "dig", "main.rs", "-p", "garden"]);
    shell.run(&["trash", "restore", "shed"]);
    shell.run(&["move", "dig", "0"]);
    shell.run(&["rename", "dig"]);
    shell.run(&["rename", "--whole", "", "-p", "garden"]);
    shell.run(&["copy", "kitchen", "-p", "garden"]);
    shell.run(&["show", "dig", "-j", "spade", "-p", "garden"]);
    shell.run(&["--json", "show", "dig", "-j", "spade", "-p", "garden"]);
    shell.run(&["edit", "dig", "-p", "garden"]);
    shell.run(&["serve", "--port", "5"]);
    shell.run(&["stdio", "--port", "5"]);
    shell.run(&["list", "--port", "5"]);
    shell.run(&["watch", "-n", "0"]);
    shell.run(&["log", "-n", "0"]);
    shell.run(&["add", "rake", "--place", "0"]);
    shell.run(&["shwo"]);
    shell.check("refusals");
}

#[test]
fn a_command_of_several_parts_is_done_whole_or_not_at_all() {
    let mut shell = garden();
    shell.run(&["add", "water", "--job", "can", "--after", "rain"]);
    shell.run(&["add", "water", "--after", "Water"]);
    shell.run(&["add", "water", "-l", "wet", "--job", ""]);
    shell.run(&["edit", "sow", "-d", "Beans.", "--after", "rain"]);
    shell.run(&["edit", "sow", "--priority", "high", "-l", "a\nb"]);
    shell.run(&["show", "sow"]);
    shell.run(&["add", "water", "--job", "can", "--after", "sow"]);
    shell.run(&["show"]);
    // Which process is meant, the task alone says.
    shell.run(&["new", "Kitchen"]);
    shell.run(&["edit", "sow", "-d", "Beans.", "--after", "rain"]);
    shell.run(&["edit", "sow", "-d", "Beans.", "--after", "soil test"]);
    shell.check("whole_or_not_at_all");
}

#[test]
fn a_text_may_begin_with_a_hyphen() {
    let mut shell = Shell::new();
    shell.run(&["new", "garden", "-d", "- beds\n- paths"]);
    shell.run(&["add", "dig", "-d", "- deep"]);
    shell.run(&["job", "dig", "rows", "-d", "--five--"]);
    shell.run(&["edit", "dig", "-d", "- deeper"]);
    shell.run(&["note", "dig", "- the soil", "is", "sour", "--as", "bob"]);
    shell.run_with("- a root", &["note", "dig", "-"]);
    shell.run(&["block", "dig", "-n", "- no spade", "--as", "bob"]);
    shell.run(&["show"]);
    shell.run(&["show", "dig"]);
    shell.check("hyphens");
}

#[test]
fn words_are_found_in_all_processes() {
    let mut shell = garden();
    shell.run(&["new", "Kitchen", "-d", "Five shelves"]);
    shell.run(&["search", "five"]);
    shell.run(&["search", "five", "-p", "kitchen"]);
    shell.run(&["search", "six"]);
    shell.check("search");
}
