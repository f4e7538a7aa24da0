-- While a statement runs the server looks whether its worker is still there; else it would end what a killed one has begun.
set client_connection_check_interval = '10s';
