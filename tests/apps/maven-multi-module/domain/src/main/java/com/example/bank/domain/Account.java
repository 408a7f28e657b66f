package com.example.bank.domain;

public record Account(String owner, long cents) {
}
