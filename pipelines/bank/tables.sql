-- The tables of the bank pipeline, which etlworker migrate makes. Where they were made by psql before, it changes nothing.
create schema if not exists bank;

-- What was booked. Every file adds to it, and a booking number that is there already is refused.
create table if not exists bank.booking (
    booking_number bigint primary key,
    account varchar(22) not null,
    booked_on date not null,
    value_on date not null,
    counterparty text not null,
    purpose text,
    amount numeric(14, 2) not null,
    currency char(3) not null
);

-- Every file brings accounts that are new or changed, by their number.
create table if not exists bank.account (
    account varchar(22) primary key,
    holder text not null,
    opened_on date not null,
    credit_limit numeric(12, 2) not null,
    is_blocked boolean not null,
    changed_at timestamp(0) not null
);

-- What one unit of a currency is worth. Every file replaces it.
create table if not exists bank.rate (
    currency char(3) primary key,
    euros numeric(12, 6) not null check (euros > 0),
    noted_on date not null
);

-- Results. The run date is part of the key, so that a run replaces its own rows.
create table if not exists bank.balance (
    ingestion_date date,
    account varchar(22),
    holder text not null,
    bookings bigint not null,
    balance numeric(16, 2) not null,
    available numeric(16, 2) not null,
    last_booked_on date,
    primary key (ingestion_date, account)
);

create table if not exists bank.turnover (
    ingestion_date date,
    month date,
    bookings bigint not null,
    credits numeric(16, 2) not null,
    debits numeric(16, 2) not null,
    primary key (ingestion_date, month)
);
